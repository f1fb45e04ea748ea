namespace Nexus.Engine.Optimization;

/// <summary>Looks for one kind of cost that need not be.</summary>
/// <remarks>Pure: the same past gives the same findings. No cause is named twice.</remarks>
public interface ISavingsDetector
{
    /// <summary>Its name, in the API and in the docs.</summary>
    string Name { get; }

    /// <summary>What it looks for, as people read it.</summary>
    string Title { get; }

    /// <summary>What it finds.</summary>
    IEnumerable<Finding> Find(SavingsPast past, SavingsSettings settings);
}
