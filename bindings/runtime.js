// Runs jsii's program in one process. Its usual entry point starts a second Node that only copies
// every message from one pipe to another.
'use strict';
const fs = require('fs');

// CDKTF asks for a stack trace of unlimited depth with every token; from Python it names nothing
// but jsii.
const capture = Error.captureStackTrace;
Error.captureStackTrace = (target, below) => {
  if (Error.stackTraceLimit < Number.MAX_SAFE_INTEGER) capture(target, below);
};

// The program talks on file descriptor 3; here that is standard input and output.
const { readSync, writeSync } = fs;
fs.readSync = (fd, ...rest) => readSync(fd === 3 ? 0 : fd, ...rest);
fs.writeSync = (fd, ...rest) => writeSync(fd === 3 ? 1 : fd, ...rest);

// What JavaScript itself prints goes to standard error in the form that jsii's Python decodes.
for (const name of ['stdout', 'stderr']) {
  process[name].write = (chunk, encoding, done) => {
    const text = Buffer.from(chunk, typeof encoding === 'string' ? encoding : 'utf8');
    writeSync(2, JSON.stringify({ [name]: text.toString('base64') }) + '\n');
    const callback = typeof encoding === 'function' ? encoding : done;
    if (callback) process.nextTick(callback);
    return true;
  };
}

require('../lib/program.js');
