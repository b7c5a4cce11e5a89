// Jest cannot require() the ES-only package that Swagger UI's file server requires; Node itself can.
const { createRequire } = process.getBuiltinModule('node:module');
module.exports = createRequire(__filename)('content-disposition');
