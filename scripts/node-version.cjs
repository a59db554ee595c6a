// Ends with 0 when this Node can run the service, else says what is needed and ends with 1.
// Type stripping without a flag came with 22.18 and 23.6; the HTTP client needs 22.19.
const [major, minor] = process.versions.node.split('.').map(Number);
const does = major > 23 || (major === 23 && minor >= 6) || (major === 22 && minor >= 19);
if (!does) {
  process.stderr.write(
    `spinegrade: this is Node ${process.versions.node}, and the service needs 22.19 or newer (24 is what it is tested ` +
      'with). Put a newer one on the PATH, or install with the development dependencies (npm ci), which bring Node 24\n',
  );
  process.exitCode = 1;
}
