/** What is used here of the WebAssembly JavaScript interface, which TypeScript declares for browsers only. */
declare namespace WebAssembly {
  type Imports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>);
  }

  class Instance {
    readonly exports: object;
    constructor(module: Module, imports: Imports);
  }
}
