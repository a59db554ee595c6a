/** As much of XMLHttpRequest as dicomweb-client needs, over fetch. */
export class XmlHttpRequest {
  responseType = '';
  readyState = 0;
  status = 0;
  response: unknown = null;
  onreadystatechange: () => void = () => undefined;
  #asked = { method: 'get', url: '' };
  #headers: Record<string, string> = {};
  #answered = new Headers();

  open(method: string, url: string): void {
    this.#asked = { method, url };
  }
  setRequestHeader(name: string, value: string): void {
    this.#headers[name] = value;
  }
  getResponseHeader(name: string): string | null {
    return this.#answered.get(name);
  }
  getAllResponseHeaders(): string {
    return [...this.#answered].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  }
  async send(): Promise<void> {
    const answer = await fetch(this.#asked.url, { method: this.#asked.method, headers: this.#headers });
    this.#answered = answer.headers;
    this.status = answer.status;
    this.response = await (this.responseType === 'json' ? answer.json() : answer.arrayBuffer());
    this.readyState = 4;
    this.onreadystatechange();
  }
}
