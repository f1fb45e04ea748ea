using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Microsoft.Extensions.Options;
using Nexus.Dashboard.Commands.Access;
using Nexus.Dashboard.Commands.Costs;
using Nexus.Dashboard.Commands.Journal;
using Nexus.Dashboard.Commands.Policies;
using Nexus.Dashboard.Commands.Prices;
using Nexus.Dashboard.Commands.Replay;
using Nexus.Dashboard.Commands.Simulate;
using Nexus.Engine.Storage;

namespace Nexus.Dashboard.Commands;

/// <summary>The command line: one program that serves (the default) and that carries the commands of docs/reference/command-line.md.</summary>
internal static class NexusCommandLine
{
    /// <summary>Parses and runs <paramref name="args"/>.</summary>
    /// <param name="args">As the shell gave them.</param>
    /// <param name="addServices">What the web application of <c>serve</c> is made of.</param>
    /// <param name="mapRoutes">What the web application of <c>serve</c> answers.</param>
    /// <param name="output">Results; the console's own when absent.</param>
    /// <param name="error">Progress and errors; the console's own when absent.</param>
    /// <param name="cancellation">Stops the command as Ctrl-C does.</param>
    /// <returns>0 done, 1 failed or regressed, 2 bad usage or input.</returns>
    public static async Task<int> RunAsync(
        string[] args,
        Action<WebApplicationBuilder> addServices,
        Action<WebApplication> mapRoutes,
        TextWriter? output = null,
        TextWriter? error = null,
        CancellationToken cancellation = default)
    {
        ConfigurationArguments arguments = ConfigurationArguments.Split(args);
        RootCommand root = BuildRoot(new ServeCommand(arguments.Settings, addServices, mapRoutes), arguments.Settings);
        ParseResult parsed = root.Parse(arguments.Rest);

        // serve's host listens to signals by itself and drains before it ends; the library's own two seconds would cut that short.
        InvocationConfiguration invocation = new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        invocation.Output = output ?? invocation.Output;
        invocation.Error = error ?? invocation.Error;

        if (parsed.Action is ParseErrorAction usage)
        {
            // Standard output is for results: suggestions go where the error goes.
            usage.ShowHelp = false;
            invocation.Output = invocation.Error;
            await parsed.InvokeAsync(invocation, cancellation);
            await invocation.Error.WriteLineAsync($"See {HelpLine(parsed)}");
            return ExitCode.BadUsage;
        }

        using Interruption interruption = Interruption.For(parsed, cancellation);
        return await InvokeAsync(parsed, invocation, interruption.Token);
    }

    private static RootCommand BuildRoot(ServeCommand serve, string[] settings)
    {
        RootCommand root = new("Nexus: resource governor for multi-agent AI systems. Without a command it serves.")
        {
            serve.Build(),
            new ReplayCommand().Build(),
            new SimulateCommand(settings).Build(),
            new PolicyCommand(serve).Build(),
            new UsersCommand(settings).Build(),
            new KeysCommand(settings).Build(),
            new PricesCommand(serve).Build(),
            new CostsCommand(serve).Build(),
            new JournalCommand(settings).Build(),
            new BackupCommand(settings).Build(),
        };
        root.Options.Add(CommonOptions.Json);
        serve.MakeDefaultOf(root);

        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }

    private static async Task<int> InvokeAsync(ParseResult parsed, InvocationConfiguration invocation, CancellationToken cancellation)
    {
        try
        {
            return await parsed.InvokeAsync(invocation, cancellation);
        }
        catch (CommandException failure)
        {
            await invocation.Error.WriteLineAsync($"error: {failure.Message}");
            return failure.ExitCode;
        }
        catch (OptionsValidationException fault)
        {
            await invocation.Error.WriteLineAsync($"error: {string.Join(Environment.NewLine, fault.Failures)}");
            return ExitCode.BadUsage;
        }
        catch (Exception fault) when (fault is JournalException or IOException)
        {
            await invocation.Error.WriteLineAsync($"error: {fault.Message}");
            return ExitCode.Failed;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await invocation.Error.WriteLineAsync("stopped");
            return ExitCode.Failed;
        }
    }

    private static string HelpLine(ParseResult parsed)
    {
        IEnumerable<string> names = parsed.CommandResult.Command.SelfAndParents().Reverse().Select(command => command.Name);
        return $"{string.Join(' ', names)} --help";
    }

    private static IEnumerable<Command> SelfAndParents(this Command command)
    {
        for (Command? current = command; current is not null; current = current.Parents.OfType<Command>().FirstOrDefault())
        {
            yield return current;
        }
    }
}
