using System.CommandLine;
using Nexus.Dashboard.Api;

namespace Nexus.Dashboard.Commands.Policies;

/// <summary><c>policy</c>: the rules of a system as files to keep in a repository, and back.</summary>
internal sealed class PolicyCommand(ServeCommand serve)
{
    private readonly Argument<string> _folder = new("DIR") { Description = "The folder of the files: pools.json, quotas.json, budgets.json, prices.json, owners.json, priorities.json, kinds.json." };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Change nothing: replay what was recorded under the present and the changed policy, and report who gains and who loses." };
    private readonly Option<string?> _from = Time("--from", "Replay from when; seven days before --to unless given, or less where more is recorded than is replayed at once.");
    private readonly Option<string?> _to = Time("--to", "Replay until when; now unless given.");
    private readonly Option<string[]> _failIf = Condition.Option("With --dry-run: ends with exit code 1 when a figure under the changed policy is worse: 'waitSeconds.p95 > +5%', 'cost > +2%'.");
    private readonly Option<string?> _report = new("--report") { Description = "With --dry-run: writes what the change does as Markdown, for a pull request.", HelpName = "FILE" };

    public Command Build()
    {
        DocumentedCommand export = new("export", "Writes pools, quotas, budgets, prices, and what is set for owners, classes and kinds, as JSON files to keep in a repository.")
        {
            Examples = ["policy export policy", "policy export policy --url http://nexus:5080", "policy export policy --data /var/lib/nexus --json"],
        };
        export.Arguments.Add(_folder);
        AddSystem(export);
        export.SetAction(async (parsed, cancellation) =>
        {
            RequireData(parsed);
            return await PolicyExport.RunAsync(serve, parsed, parsed.GetRequiredValue(_folder), cancellation);
        });

        DocumentedCommand apply = new("apply", "Makes a system have the policy of the files. What has no file is left alone; what a file no longer names is removed.")
        {
            Examples =
            [
                "policy apply policy --dry-run", "policy apply policy --dry-run --fail-if 'waitSeconds.p95 > +5%' --fail-if 'cost > +2%' --report report.md --url http://nexus:5080",
                "policy apply policy --url http://nexus:5080",
            ],
        };
        apply.Arguments.Add(_folder);
        foreach (Option option in (Option[])[_dryRun, _from, _to, _failIf, _report])
        {
            apply.Options.Add(option);
        }

        AddSystem(apply);
        apply.Validators.Add(result =>
        {
            foreach ((bool given, string name) in ((bool, string)[])
                [(result.GetValue(_from) is not null, "--from"), (result.GetValue(_to) is not null, "--to"), (result.GetValue(_failIf) is { Length: > 0 }, "--fail-if"), (result.GetValue(_report) is not null, "--report")])
            {
                if (given && !result.GetValue(_dryRun))
                {
                    result.AddError($"{name} is about a replay: give --dry-run with it.");
                }
            }
        });
        apply.SetAction(ApplyAsync);
        return new DocumentedCommand("policy", "The rules of a system as files to keep in a repository.") { Examples = ["policy export policy", "policy apply policy --dry-run"], Subcommands = { export, apply } };
    }

    private async Task<int> ApplyAsync(ParseResult parsed, CancellationToken cancellation)
    {
        string folder = parsed.GetRequiredValue(_folder);
        if (parsed.GetValue(_dryRun))
        {
            RequireData(parsed);
        }

        await using SystemConnection system = await SystemConnection.OpenAsync(serve, parsed, cancellation);
        PolicyApply apply = new(system, parsed, folder);
        return await (parsed.GetValue(_dryRun)
            ? apply.TryAsync(Read(parsed, _from), Read(parsed, _to), Condition.Of(parsed.GetValue(_failIf)), parsed.GetValue(_report), cancellation)
            : apply.RunAsync(cancellation));
    }

    // What is only looked at must be there: a typing error would make a new system, whose policy is empty.
    private void RequireData(ParseResult parsed)
    {
        if (parsed.GetValue(CommonOptions.Data) is not null && serve.Data(parsed).Path is var path && !Directory.Exists(path))
        {
            throw CommandException.BadInput($"There is no data in {path}: name the folder on which a server has run, with --data.");
        }
    }

    private static void AddSystem(Command command)
    {
        foreach (Option option in (Option[])[CommonOptions.Url, CommonOptions.Key, CommonOptions.Data])
        {
            command.Options.Add(option);
        }
    }

    private static DateTimeOffset? Read(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) is { } text && Moment.TryParse(Full(text), out DateTimeOffset time) ? time : null;

    private static string Full(string text) => text.Length == 10 ? text + "T00:00:00Z" : text;

    private static Option<string?> Time(string name, string description)
    {
        Option<string?> option = new(name) { Description = description, HelpName = "TIME" };
        option.Require(t => t is null || Moment.TryParse(Full(t), out _), "a day such as 2026-11-01, or a time with its offset such as 2026-11-01T00:00:00Z");
        return option;
    }
}
