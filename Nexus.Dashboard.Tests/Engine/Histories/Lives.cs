using CsCheck;

namespace Nexus.Dashboard.Tests.Engine.Histories;

/// <summary>Steps of lives in which much waits and pools change often.</summary>
internal static class Lives
{
    private static readonly Gen<Deed> Deeds = Gen.Frequency(
        (6, Gen.Const(Deed.Submit)), (24, Gen.Const(Deed.SubmitQueued)), (8, Gen.Const(Deed.Release)), (3, Gen.Const(Deed.Cancel)), (3, Gen.Const(Deed.SetPriority)),
        (14, Gen.Const(Deed.SetPool)), (3, Gen.Const(Deed.DrainPool)), (2, Gen.Const(Deed.DeletePool)), (6, Gen.Const(Deed.Pass)));

    public static Gen<Step> Steps { get; } = Gen.Select(Deeds, Gen.Int[0, 1000], Gen.Int[0, 20_000], Gen.Int[0, 1000], (deed, a, b, c) => new Step(deed, a, b, c));
}
