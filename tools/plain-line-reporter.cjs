'use strict';
// Mocha's own "spec" report, followed by one plain line that a program can read: `N passed, N failed`.
const { reporters } = require('mocha');

class PlainLineReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once('end', () => {
      process.on('exit', () => {
        const { passes, failures, pending } = this.stats;
        console.log(`${passes} passed, ${failures} failed${pending ? `, ${pending} skipped` : ''}`);
      });
    });
  }
}

module.exports = PlainLineReporter;
