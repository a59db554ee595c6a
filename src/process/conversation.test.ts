import { expect, test } from 'vitest';
import { startConversation } from './conversation.ts';

const start = (order: unknown = null) =>
  startConversation<number | 'end' | 'die', number, string>(
    new URL('./echo.fixture.ts', import.meta.url),
    'the echo',
    order,
  );

test('answers come in the order of the questions, each to who asked', async () => {
  const echo = await start();
  expect(echo.greeting).toBe('ready');
  const order: number[] = [];
  const answers = await Promise.all([30, 1, 10].map((ms) => echo.ask(ms).finally(() => order.push(ms))));
  expect(answers).toEqual([30, 1, 10]);
  expect(order).toEqual([30, 1, 10]);
  await echo.close();
});

test('a fault has its message and code, and nothing else of the thread; the thread goes on', async () => {
  const echo = await start();
  const fault = await echo.ask(-1).catch((error: unknown) => error);
  expect(fault).toMatchObject({ message: '-1 is negative', code: '22003' });
  expect(fault).not.toHaveProperty('detail');
  expect(await echo.ask(1)).toBe(1);
  await echo.close();
});

test('closing lets it finish; afterwards every question is a fault', async () => {
  const echo = await start();
  const asked = echo.ask(50);
  await echo.close();
  expect(await asked).toBe(50);
  await expect(echo.ask(1)).rejects.toThrow('the echo: its thread has ended');
  await echo.close();
});

test('whoever hears of a last fault knows of the end, and nothing that was asked behind it is served', async () => {
  const echo = await start();
  const behind = echo.ask(1).then(() => echo.ask(1));
  const last = await echo.ask('end').catch((error: unknown) => error);
  expect(echo.ended).toBe(true);
  expect(last).toMatchObject({ message: 'the echo: its thread has ended: no more' });
  await expect(behind).rejects.toBe(last);
  await expect(echo.ask(1)).rejects.toBe(last);
  await echo.close();
});

test('a thread that is ended, dies, or never was rejects what it was asked', async () => {
  const ended = await start();
  const asked = expect(ended.ask(60_000)).rejects.toThrow('the echo: its thread has ended');
  await ended.terminate();
  await asked;
  const dying = await start();
  await expect(dying.ask('die')).rejects.toThrow('the echo: its thread has ended');
  await expect(start('stillborn')).rejects.toThrow('the echo: its thread has ended: no such database');
});
