'use strict';
// Mocha's own "spec" report, followed by one plain line that a program can read: `N passed, N failed`.
const { reporters } = require('mocha');

/** What the last tests closed may take so long to go. Whatever is there afterwards was left open: one more failure. */
const LEFT_OPEN_AFTER_MS = 60_000;

class PlainLineReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once('end', () => {
      let leftOpen = 0;
      setTimeout(() => {
        leftOpen = 1;
        // Behind mocha's own listener, which says how many tests failed.
        process.on('exit', () => {
          process.exitCode = 1;
        });
        console.log(`the tests left open: ${process.getActiveResourcesInfo().join(', ')}`);
        process.exit();
      }, LEFT_OPEN_AFTER_MS).unref();
      process.on('exit', () => {
        const { passes, failures, pending } = this.stats;
        console.log(`${passes} passed, ${failures + leftOpen} failed${pending ? `, ${pending} skipped` : ''}`);
      });
    });
  }
}

module.exports = PlainLineReporter;
