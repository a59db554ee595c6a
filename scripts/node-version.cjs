// Ends with 0 when this Node can run the service, else says what is needed and ends with 1.
// Threads know their names from 24.6 on; type stripping and the HTTP client ask for less.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 6)) {
  process.stderr.write(
    `spinegrade: this is Node ${process.versions.node}, and the service needs 24.6 or newer. Put one on the PATH, or ` +
      'install with the development dependencies (npm ci), which bring one\n',
  );
  process.exitCode = 1;
}
