using Nexus.Dashboard.Commands;

namespace Nexus.Dashboard.Demo;

/// <summary>Whether the demo runs: since the start where it was asked for, else from the moment somebody asks.</summary>
internal sealed class DemoSwitch
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public DemoSwitch(DemoChoice choice)
    {
        if (choice.Runs)
        {
            Begin();
        }
    }

    /// <summary>Done once it should run.</summary>
    public Task Begun => _begun.Task;

    /// <summary>Lets it run until the program stops.</summary>
    public void Begin() => _begun.TrySetResult();
}
