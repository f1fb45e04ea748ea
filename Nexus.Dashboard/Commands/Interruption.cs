using System.CommandLine;
using System.Runtime.InteropServices;

namespace Nexus.Dashboard.Commands;

/// <summary>Ctrl-C and SIGTERM as a cancellation: the first asks the command to finish cleanly, the second ends the process at once.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly List<PosixSignalRegistration> _registrations = [];

    private Interruption(CancellationToken outer) => _source = CancellationTokenSource.CreateLinkedTokenSource(outer);

    public CancellationToken Token => _source.Token;

    /// <summary>Listens for signals, unless the command is one whose host does so itself.</summary>
    public static Interruption For(ParseResult parsed, CancellationToken outer)
    {
        Interruption interruption = new(outer);
        if (!ServeCommand.Is(parsed.CommandResult.Command))
        {
            foreach (PosixSignal signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM])
            {
                interruption._registrations.Add(PosixSignalRegistration.Create(signal, interruption.OnSignal));
            }
        }

        return interruption;
    }

    private void OnSignal(PosixSignalContext context)
    {
        if (_source.IsCancellationRequested)
        {
            return;
        }

        context.Cancel = true;
        _source.Cancel();
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }
}
