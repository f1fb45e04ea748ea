using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Nexus.Engine.Simulation.Traces;

namespace Nexus.Dashboard.Commands.Replay;

/// <summary><c>replay</c>: sends a workload trace to a running server and reports what became of it.</summary>
internal sealed class ReplayCommand
{
    private readonly Argument<string> _trace = new("TRACE")
    {
        Description = "CSV with a header: time,id,owner,priority,duration,deadline,preemptible,<kind>…, an Azure LLM trace, or an Alibaba GPU trace.",
    };

    private readonly Option<double> _speed = new("--speed")
    {
        Description = "Divides all times of the trace.", HelpName = "N", DefaultValueFactory = _ => 1,
    };

    private readonly Option<int?> _owners = new("--owners")
    {
        Description = "Spreads requests whose trace names no owner over N tenants, in turn.", HelpName = "N",
    };

    private readonly Option<string?> _model = new("--model") { Description = "Labels every request with model=NAME.", HelpName = "NAME" };

    private readonly Option<decimal> _tokensPerSecond = new("--tokens-per-second")
    {
        Description = "How fast a model answers: calls of a model are held for their output tokens ÷ N seconds.", HelpName = "N", DefaultValueFactory = _ => 50,
    };

    private readonly Option<int?> _leaseSeconds = new("--lease-seconds")
    {
        Description = "Length of the leases, 1–86,400; the server's default is 300. What is held longer is renewed each third.", HelpName = "N",
    };

    private readonly Option<double> _maxWait = new("--max-wait")
    {
        Description = "Seconds by the wall clock that a request waits for its grant before it expires.", HelpName = "N", DefaultValueFactory = _ => 3600,
    };

    private readonly Option<string?> _run = new("--run")
    {
        Description = "Begins every id with NAME-, so that a trace with ids of its own can be sent again.", HelpName = "NAME",
    };

    public Command Build()
    {
        DocumentedCommand replay = new("replay", "Sends a workload trace to a running server through the HTTP API, and reports what was granted, how fast, and what it used.")
        {
            Examples =
            [
                "replay AzureLLMInferenceTrace_conv.csv --key nxs_… --speed 240",
                "replay openb_pod_list_default.csv --url http://nexus:5080 --key nxs_… --speed 10000 --owners 20",
                "replay day.csv --key nxs_… --speed 24 --json 2>/dev/null | jq .latencyMs",
            ],
        };
        replay.Arguments.Add(_trace);
        foreach (Option option in (Option[])[CommonOptions.Url, CommonOptions.Key, _speed, _owners, _model, _tokensPerSecond, _leaseSeconds, _maxWait, _run])
        {
            replay.Options.Add(option);
        }

        _speed.Require(value => value is > 0 and <= 1e9, "above 0");
        _owners.Require(value => value is null or (>= 1 and <= 100_000), "1 to 100,000");
        _tokensPerSecond.Require(value => value is > 0 and <= 1_000_000_000, "above 0");
        _leaseSeconds.Require(value => value is null or (>= 1 and <= 86_400), "1 to 86,400");
        _maxWait.Require(value => value is >= 0.001 and <= 31_536_000, "0.001 to 31,536,000 (a year)");
        _run.Require(value => value is null || (value.Length is > 0 and <= 64 && value.All(c => char.IsAsciiLetterOrDigit(c) || "._:-".Contains(c, StringComparison.Ordinal))), "1–64 of A-Z a-z 0-9 . _ : -");
        replay.SetAction(ReplayAsync);
        return replay;
    }

    private async Task<int> ReplayAsync(ParseResult parsed, CancellationToken cancellation)
    {
        TextWriter error = parsed.InvocationConfiguration.Error;
        Uri url = parsed.GetRequiredValue(CommonOptions.Url)!;
        string key = CommonOptions.KeyOf(parsed);

        ReplayTally tally = new();
        using ReplayClient client = ReplayConnection.Open(url, key, TimeProvider.System, tally);
        ReplaySettings settings = Settings(parsed);
        using TraceFile trace = new(parsed.GetRequiredValue(_trace), parsed.GetValue(_owners));
        TraceSurvey survey = new();
        try
        {
            if (trace.CanReadAgain)
            {
                await SurveyAsync(error, trace, survey, settings.Speed, cancellation);
            }

            await client.GreetAsync(cancellation);
            Replayer replayer = new(settings, client, tally, TimeProvider.System);
            ReplayReport report = await CommandProgress.ShowAsync(
                error,
                () => new(trace.CanReadAgain && survey.Requests > 0 ? (double)tally.Ended / survey.Requests : 0, tally.Describe()),
                () => replayer.RunAsync(trace.CanReadAgain ? trace.Read() : survey.Over(trace.Read()), cancellation));
            return await PrintAsync(parsed, report, survey, tally);
        }
        catch (TraceFormatException fault)
        {
            throw CommandException.BadInput(fault.Message, fault);
        }
    }

    private ReplaySettings Settings(ParseResult parsed)
    {
        string? run = parsed.GetValue(_run);
        return new(
            parsed.GetValue(_speed),
            parsed.GetValue(_model),
            parsed.GetValue(_tokensPerSecond),
            parsed.GetValue(_leaseSeconds) is { } lease ? TimeSpan.FromSeconds(lease) : null,
            TimeSpan.FromSeconds(parsed.GetValue(_maxWait)),
            run ?? TimeProvider.System.GetUtcNow().ToString("'replay-'yyyyMMdd'T'HHmmssfff", CultureInfo.InvariantCulture),
            PrefixAllIds: run is not null);
    }

    private static async Task SurveyAsync(TextWriter error, TraceFile trace, TraceSurvey survey, double speed, CancellationToken cancellation)
    {
        await CommandProgress.ShowAsync(
            error,
            () => new(trace.Share, string.Create(CultureInfo.InvariantCulture, $"{survey.Requests:N0} requests of the trace checked")),
            () => Task.Run(() => survey.Exhaust(trace.Read(), cancellation), CancellationToken.None));
        TimeSpan last = survey.Last / speed;
        await error.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{survey.Requests:N0} requests over {survey.Last:d\\.hh\\:mm\\:ss}; at speed {speed} the last is sent after {last:d\\.hh\\:mm\\:ss}"));
    }

    private static async Task<int> PrintAsync(ParseResult parsed, ReplayReport report, TraceSurvey survey, ReplayTally tally)
    {
        TextWriter error = parsed.InvocationConfiguration.Error;
        foreach (string sentence in tally.Faults.Select(fault => string.Create(CultureInfo.InvariantCulture, $"{fault.Value:N0} × {fault.Key}")))
        {
            await error.WriteLineAsync(sentence);
        }

        TextWriter output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(CommonOptions.Json))
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(report, ReplayJson.Default.ReplayReport));
        }
        else
        {
            await ReplayText.WriteAsync(output, report);
        }

        return report.Errors == 0 && report.Interrupted is null ? ExitCode.Done : ExitCode.Failed;
    }
}
