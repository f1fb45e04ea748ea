using Nexus.Bench;
using Nexus.Bench.Budgets;
using Nexus.Bench.Embedded;
using Nexus.Bench.Http;
using Nexus.Bench.Journal;
using Nexus.Bench.Kills;
using Nexus.Bench.Ledgers;
using Nexus.Bench.Pages;
using Nexus.Bench.Quotas;
using Nexus.Bench.Replay;
using Nexus.Bench.Savings;
using Nexus.Bench.Simulate;
using Nexus.Bench.Timelines;
using Nexus.Bench.Viewers;

// One line a bench: both sides of each comparison run in one go, interleaved, and the ratio is what counts.
Dictionary<string, Func<string[], Task<int>>> benches = new(StringComparer.Ordinal)
{
    ["core"] = CoreBench.RunAsync,
    ["passes"] = PassBench.RunAsync,
    ["quota"] = QuotaBench.RunAsync,
    ["budget-admission"] = BudgetAdmissionBench.RunAsync,
    ["budgets"] = BudgetsBench.RunAsync,
    ["fair"] = FairBench.RunAsync,
    ["pages"] = PagesBench.RunAsync,
    ["http"] = HttpBench.RunAsync,
    ["viewers"] = ViewersBench.RunAsync,
    ["replay"] = ReplayBench.RunAsync,
    ["simulate"] = SimulateBench.RunAsync,
    ["alibaba"] = AlibabaTrace.RunAsync,
    ["kills"] = KillsBench.RunAsync,
    ["embedded"] = EmbeddedBench.RunAsync,
    ["journal"] = JournalBench.RunAsync,
    ["ledger"] = LedgerBench.RunAsync,
    ["ledger-report"] = LedgerReportBench.RunAsync,
    ["export"] = ExportBench.RunAsync,
    ["start"] = StartBench.RunAsync,
    ["timeline"] = TimelineBench.RunAsync,
    ["savings"] = SavingsBench.RunAsync,
};

if (args is [BareServer.Verb, ..])
{
    return await BareServer.RunAsync(args[1..]);
}

if (args.Length == 0 || !benches.TryGetValue(args[0], out Func<string[], Task<int>>? bench))
{
    Console.Error.WriteLine($"usage: dotnet run -c Release --project bench -- {string.Join("|", benches.Keys)}");
    return 2;
}

return await bench(args[1..]);
