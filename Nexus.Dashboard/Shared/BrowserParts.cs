using Microsoft.JSInterop;

namespace Nexus.Dashboard.Shared;

/// <summary>What components have made in the browser: a chart, a watch over a table.</summary>
internal static class BrowserParts
{
    /// <summary>Tells a part of a component that its page is left, then lets go of it and of the module it came from.</summary>
    /// <param name="ending">The part's function that takes it down.</param>
    /// <param name="part">Null where none was made.</param>
    /// <param name="module">Null where none was loaded.</param>
    /// <remarks>Nothing is left to be done where the browser has gone, be it known already or only while it is waited for: an error here would end the circuit of a reader who may only have lost the connection.</remarks>
    public static async ValueTask EndAsync(string ending, IJSObjectReference? part, IJSObjectReference? module)
    {
        try
        {
            if (part is not null)
            {
                await part.InvokeVoidAsync(ending);
                await part.DisposeAsync();
            }

            if (module is not null)
            {
                await module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // It has gone, and took all of it along.
        }
        catch (OperationCanceledException)
        {
            // It went while this waited for its answer.
        }
    }
}
