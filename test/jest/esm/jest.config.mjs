// jest.config.mjs, for NODE_OPTIONS=--experimental-vm-modules npx jest
export default {
  testMatch: ["**/*.test.mjs"],
  transform: {},
};
