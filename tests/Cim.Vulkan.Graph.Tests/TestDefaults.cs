using NUnit.Framework;

// Fixtures hold a graph each; every test gets its own.
[assembly: FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
