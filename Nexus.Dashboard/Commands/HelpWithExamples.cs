using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Nexus.Dashboard.Commands;

/// <summary>The library's help, followed by the examples of a <see cref="DocumentedCommand"/>.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => help.ClearsParseErrors;

    public override int Invoke(ParseResult parseResult)
    {
        int result = help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is not DocumentedCommand { Examples: { Count: > 0 } examples })
        {
            return result;
        }

        TextWriter output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (string example in examples)
        {
            output.WriteLine($"  {parseResult.RootCommandResult.Command.Name} {example}");
        }

        output.WriteLine();
        return result;
    }
}
