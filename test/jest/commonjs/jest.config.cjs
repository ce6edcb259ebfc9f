// jest.config.cjs, for npx jest with babel-jest and @babel/preset-env. The last three packages are needed for msw only.
module.exports = {
  testMatch: ["**/*.test.cjs"],
  transform: { "\\.[cm]?js$": ["babel-jest", { presets: [["@babel/preset-env", { targets: { node: "current" } }]] }] },
  transformIgnorePatterns: ["/node_modules/(?!(oauth-clients|ky|@open-draft/deferred-promise|rettime|until-async)/)"],
};
