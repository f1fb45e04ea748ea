namespace Nexus.Dashboard.Tests.Engine.Simulation.Traces;

/// <summary>A trace without end, a request a second; counts what was read of it.</summary>
internal sealed class EndlessTrace : TextReader
{
    private string _rest = "time,cpu\n";
    private long _second;

    public long Characters { get; private set; }

    public override int Read(char[] buffer, int index, int count)
    {
        int taken = Math.Min(count, _rest.Length);
        _rest.CopyTo(0, buffer, index, taken);
        _rest = taken < _rest.Length ? _rest[taken..] : $"{_second++},1\n";
        Characters += taken;
        return taken;
    }

    public override int Read(Span<char> buffer)
    {
        char[] copy = new char[buffer.Length];
        int taken = Read(copy, 0, copy.Length);
        copy.AsSpan(0, taken).CopyTo(buffer);
        return taken;
    }
}
