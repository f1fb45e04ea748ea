using Nexus.Engine.Resources;

namespace Nexus.Engine.Core;

/// <summary>Tells amounts that are held from those that are consumed.</summary>
internal static class HeldAmounts
{
    /// <summary>True where one of the amounts is held.</summary>
    public static bool Holds(this EngineState state, ResourceVector amounts)
    {
        foreach (ResourceAmount amount in amounts.AsSpan())
        {
            if (state.Kinds.GetValueOrDefault(amount.Kind)?.Behaviour == ResourceBehaviour.Held)
            {
                return true;
            }
        }

        return false;
    }
}
