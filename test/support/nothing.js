/** In place of modules that no test uses (jest.config.js). */
module.exports = {};
