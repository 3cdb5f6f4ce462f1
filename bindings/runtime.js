// Runs jsii's program in one process. Its usual entry point starts a second Node that only copies
// every message from one pipe to another.
'use strict';
const fs = require('fs');
const Module = require('module');
const path = require('path');

// CDKTF asks for a stack trace of unlimited depth with every token; from Python it names nothing
// but jsii.
const capture = Error.captureStackTrace;
Error.captureStackTrace = (target, below) => {
  if (Error.stackTraceLimit < Number.MAX_SAFE_INTEGER) capture(target, below);
};

// The program talks on file descriptor 3; here that is standard input and output. Its
// responses are written together, when it has read all requests.
const { readSync, writeSync } = fs;
const clock = new Int32Array(new SharedArrayBuffer(4));
let responses = [];
const flush = () => {
  let rest = Buffer.concat(responses);
  responses = [];
  while (rest.length) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
      Atomics.wait(clock, 0, 0, 1); // a full pipe: a millisecond for Python to read
    }
  }
};
fs.readSync = (fd, ...rest) => {
  if (fd !== 3) return readSync(fd, ...rest);
  flush();
  return readSync(0, ...rest);
};
fs.writeSync = (fd, data, offset = 0, length = data.length - offset, ...rest) => {
  if (fd !== 3) return writeSync(fd, data, offset, length, ...rest);
  responses.push(Buffer.from(data.subarray(offset, offset + length)));
  return length;
};
process.on('exit', flush);

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

// CDKTF loads what packs folders into archives, a tenth of all that it loads, and has a process of
// its own pack them. So it is loaded when it is called.
const load = Module._load;
Module._load = (request, ...rest) =>
  request === 'archiver' ? (...args) => load(request, ...rest)(...args) : load(request, ...rest);

// Synthesized files are written whole or not at all, on a full disk too.
const { writeFileSync, renameSync, rmSync } = fs;
fs.writeFileSync = (file, ...rest) => {
  if (path.extname(String(file)) !== '.json') return writeFileSync(file, ...rest);
  const part = `${file}.${process.pid}`;
  try {
    writeFileSync(part, ...rest);
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
};

// A package that is loaded again, from another place than an archive, gets the module in the folder
// of that name: its types, and its exports under the name of the types' second part. The folder is
// alongside those of the other modules, so that it requires the same copy of CDKTF.
globalThis.extend = (assembly, place) => {
  if (path.extname(place) !== '.tgz') {
    const { name, types } = assembly.metadata;
    const library = path.join(__dirname, '..', '..', 'packages', 'node_modules', name, 'lib');
    const folder = path.join(library, path.basename(place));
    const added = JSON.parse(fs.readFileSync(path.join(folder, 'types.json'), 'utf8'));
    assembly.closure[Object.keys(added)[0].split('.')[1]] = require(folder);
    Object.assign(types, added);
  }
  return true;
};

// Run the program, and what it loads, from what V8 compiled the last time. Node checks the files,
// and does without them where the folder cannot be written.
Module.enableCompileCache?.(path.join(__dirname, '..', 'compiled'));
require('../lib/program.js');
