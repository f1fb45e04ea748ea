using Microsoft.AspNetCore.Components;

namespace Nexus.Dashboard.Gallery;

/// <summary>A component of ours in one state, with data made for the gallery. The page, the tests and the pictures all show this one.</summary>
/// <param name="Component">What is shown.</param>
/// <param name="State">In which state, in a few words; unique for the component.</param>
/// <param name="Content">The component with its data.</param>
/// <param name="Width">The most pixels that it gets; null: as many as it likes.</param>
internal sealed record Example(Type Component, string State, RenderFragment Content, int? Width = null)
{
    /// <summary>The component's name, as <c>?component=</c> has it.</summary>
    public string Name => Component.Name.Split('`')[0];

    public override string ToString() => $"{Name}: {State}";
}
