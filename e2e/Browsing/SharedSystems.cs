using Nexus.E2E.Running;
using Xunit;

namespace Nexus.E2E.Browsing;

/// <summary>The system that most tests share: empty but for what each test adds under names of its own.</summary>
public sealed class QuietSystem(Chromium chromium) : NexusSystem(chromium, Workload.None, "--Nexus:Engine:StrategyTrialInterval=00:00:10");

/// <summary>The system with the demo workload, for looking at pages that live.</summary>
public sealed class DemoSystem(Chromium chromium) : NexusSystem(chromium, Workload.Demo, "--Nexus:Engine:StrategyTrialInterval=00:00:30");

/// <summary>The system as who builds it runs it.</summary>
public sealed class DevelopmentSystem(Chromium chromium) : NexusSystem(chromium, Workload.None, "--environment=Development");

/// <summary>Tests of this collection run one after the other on the <see cref="QuietSystem"/>.</summary>
[CollectionDefinition]
public sealed class OnTheQuietSystem : ICollectionFixture<QuietSystem>;

/// <summary>Tests of this collection run one after the other on the <see cref="DemoSystem"/>.</summary>
[CollectionDefinition]
public sealed class OnTheDemoSystem : ICollectionFixture<DemoSystem>;

/// <summary>Tests of this collection run one after the other on the <see cref="DevelopmentSystem"/>.</summary>
[CollectionDefinition]
public sealed class OnTheDevelopmentSystem : ICollectionFixture<DevelopmentSystem>;

/// <summary>Tests of this collection run after all others, with nothing beside them: several pages at once need the whole machine.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class AloneOnTheMachine;
