namespace Nexus.Dashboard.Features.Alerts.Rules;

/// <summary>The rules that Nexus brings along. They can be changed and switched off; deleted, they are again as they stand here.</summary>
internal static class BuiltInRules
{
    /// <summary>All of them, by id.</summary>
    public static IReadOnlyList<AlertRule> All { get; } =
    [
        new("budget-burning-fast", "budget.burn", AlertCondition.AtLeast(1))
        {
            Severity = AlertSeverity.Critical, BuiltIn = true, Description = "At this rate it is gone long before its period ends. The costs page says what is new; a throttle would pace it.",
        },
        new("budget-halted", "budget.stops", AlertCondition.AtLeast(2))
        {
            Severity = AlertSeverity.Critical, BuiltIn = true, Description = "Whatever costs something is refused or waits. Raise it once for this period, or wait for the next.",
        },
        new("budget-threshold", "budget.threshold", AlertCondition.AtLeast(1))
        {
            BuiltIn = true, Description = "See on the budgets page who spends it, and where it is heading.",
        },
        new("budget-will-be-exceeded", "budget.forecast", AlertCondition.AtLeast(1))
        {
            For = TimeSpan.FromMinutes(30), BuiltIn = true, Description = "If what is expected comes, it is exceeded before its period ends. Lower what it pays for, or raise it in time.",
        },
        new("engine-backlog", "engine.backlog", AlertCondition.AtLeast(0.5))
        {
            For = TimeSpan.FromMinutes(1), Severity = AlertSeverity.Critical, BuiltIn = true, Description = "Callers come faster than is decided: when the line is full they are sent away with 503. Look at the disk's write time.",
        },
        new("engine-clock-jumped", "engine.clockJumped", AlertCondition.AtLeast(1))
        {
            BuiltIn = true, Description = "Leases got their full length again. Check the machine's time service; a jump of more than a week waits in Settings, Data and health.",
        },
        new("engine-down", "engine.down", AlertCondition.AtLeast(1))
        {
            For = TimeSpan.FromSeconds(30), Severity = AlertSeverity.Critical, BuiltIn = true, Description = "Nothing is granted. Settings, Data and health says why.",
        },
        new("engine-slow", "engine.admissionP99", AlertCondition.AtLeast(0.25))
        {
            For = TimeSpan.FromMinutes(5), BuiltIn = true, Description = "Answers take long: look at the disk's write time and at what else the machine does.",
        },
        new("engine-snapshot-failing", "engine.snapshotFailing", AlertCondition.AtLeast(1))
        {
            For = TimeSpan.FromMinutes(10), BuiltIn = true, Description = "Nothing is lost, but the next start reads more of the journal. Settings, Data and health says why.",
        },
        new("journal-disk-full-soon", "journal.daysUntilFull", AlertCondition.AtMost(7))
        {
            For = TimeSpan.FromMinutes(10), BuiltIn = true, Description = "Give the disk more room, or keep less: Nexus:Engine:Journal:KeepFor and KeepBytes.",
        },
        new("journal-disk-low", "journal.diskFree", AlertCondition.AtMost(1))
        {
            Severity = AlertSeverity.Critical, BuiltIn = true, Description = "When the disk is full the engine stops deciding. Make room now.",
        },
        new("notification-dead", "alerts.dead", AlertCondition.AtLeast(1))
        {
            BuiltIn = true, Description = "Somebody was not told. The deliveries on this page say why; retry them once their channel works.",
        },
        new("notification-stuck", "alerts.stuck", AlertCondition.AtLeast(900))
        {
            BuiltIn = true, Description = "A channel does not take what it is sent. The deliveries on this page say why.",
        },
        new("pool-full", "pool.utilization", AlertCondition.AtLeast(1))
        {
            For = TimeSpan.FromMinutes(15), BuiltIn = true, Description = "Nothing of it is free. See who holds it on the pool's page.",
        },
        new("pool-unhealthy", "pool.unhealthy", AlertCondition.AtLeast(1))
        {
            Severity = AlertSeverity.Critical, BuiltIn = true, Description = "Its page says how many grants failed and when it is probed. Mend what they run on; requests that accept other pools go there.",
        },
        new("quota-nearly-full", "quota.utilization", AlertCondition.AtLeast(0.9))
        {
            For = TimeSpan.FromMinutes(5), BuiltIn = true, Description = "Raise the limit, let it borrow, or free something.",
        },
        new("quota-refusing", "quota.refused", AlertCondition.AtLeast(10))
        {
            BuiltIn = true, Description = "Requests are refused for good. Raise the limit, or let them wait.",
        },
        new("requests-refused", "queue.refusedShare", AlertCondition.AtLeast(0.5))
        {
            For = TimeSpan.FromMinutes(5), BuiltIn = true, Description = "Half of what is asked for is refused: the queue's page says why, request by request.",
        },
        new("waiting-long", "queue.oldestWait", AlertCondition.AtLeast(3600))
        {
            BuiltIn = true, Description = "Open the oldest on the queue's page: it says what would let it start.",
        },
    ];

    /// <summary>One of them, or null.</summary>
    public static AlertRule? Find(string id) => All.FirstOrDefault(r => r.Id == id);
}
