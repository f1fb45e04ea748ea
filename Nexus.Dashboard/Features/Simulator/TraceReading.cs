using Nexus.Dashboard.Shared;
using Nexus.Engine.Simulation.Traces;

namespace Nexus.Dashboard.Features.Simulator;

/// <summary>A trace that was handed in, read once to say what it is or what is wrong in it.</summary>
/// <param name="Name">The file.</param>
/// <param name="Text">What it holds.</param>
/// <param name="Said">What it is: its layout, how many requests, over how long; null where it cannot be read.</param>
/// <param name="Wrong">The first line that cannot be read, and why; null where all can.</param>
public sealed record TraceReading(string Name, string Text, string? Said, string? Wrong)
{
    private const int LinesShown = 4;

    /// <summary>Its first lines.</summary>
    public IReadOnlyList<string> First
    {
        get
        {
            using StringReader lines = new(Text);
            return [.. Enumerable.Range(0, LinesShown).Select(_ => lines.ReadLine()).OfType<string>()];
        }
    }

    /// <summary>Reads it. Takes a time that grows with the text: about a second for a million lines.</summary>
    public static TraceReading Of(string name, string text)
    {
        try
        {
            using StringReader header = new(text), all = new(text);
            string layout = TraceReader.LayoutOf(header, name);
            (long requests, TimeSpan last) = (0, default);
            foreach (TraceRequest request in TraceReader.Read(all, name))
            {
                (requests, last) = (requests + 1, request.At);
            }

            return requests == 0
                ? new TraceReading(name, text, null, $"{name} has no request below its header.")
                : new TraceReading(name, text, $"In {layout}: {Numbers.Count(requests)} {(requests == 1 ? "request" : $"requests over {Numbers.Duration(last)}")}.", null);
        }
        catch (TraceFormatException fault)
        {
            return new TraceReading(name, text, null, fault.Message);
        }
    }
}
