export default {
  testEnvironment: 'jsdom',
  // The entry for Node, since jsdom has neither fetch nor workers.
  testEnvironmentOptions: { customExportConditions: ['node'] },
};
