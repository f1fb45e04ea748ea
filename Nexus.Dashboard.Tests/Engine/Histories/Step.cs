namespace Nexus.Dashboard.Tests.Engine.Histories;

/// <summary>What a history is made of. Numbers are taken modulo what there is, so that every history makes sense and shortens well.</summary>
public enum Deed
{
    Submit,
    SubmitQueued,
    SubmitAgain,
    DryRun,
    Release,
    ReleaseAgain,
    Renew,
    Extend,
    Cancel,
    SetPriority,
    Requeue,
    Hold,
    SetPool,
    DrainPool,
    ResetHealth,
    Reserve,
    GiveUp,
    DeletePool,
    SetClass,
    SetQuota,
    DeleteQuota,
    SetPrices,
    SetBudget,
    ChangeBudget,
    Pass,
    Jump,
    Crash,
    TakeSnapshot,
    RestoreSnapshot,
    ArriveLate,
    CloseMonth,
    EnterCharge,
    OpenAllowance,
    CancelAllowance,
    TryStrategies,
}

/// <summary>One step of a history.</summary>
/// <param name="Deed">What is done.</param>
/// <param name="A">Chooses whom.</param>
/// <param name="B">Chooses how much.</param>
/// <param name="C">Chooses what else.</param>
public readonly record struct Step(Deed Deed, int A, int B, int C)
{
    public override string ToString() => $"{Deed}({A},{B},{C})";
}
