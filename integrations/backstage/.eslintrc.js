module.exports = require('@backstage/cli/config/eslint-factory')(__dirname, {
  ignorePatterns: ['src/generated/**', 'scripts/**', 'dev/*.mjs'],
});
