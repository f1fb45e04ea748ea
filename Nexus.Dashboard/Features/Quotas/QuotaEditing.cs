using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Shared;
using Nexus.Dashboard.Shared.Changes;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Features.Quotas;

/// <summary>What is typed on the page of the quotas and not yet applied: against what holds now, with what it would do, and whether it may be.</summary>
internal sealed class QuotaEditing(QuotasPageService quotas, TimeProvider time)
{
    private readonly QuotaDraft _draft = new();
    private QuotaPageData? _data;
    private string _basis = "";

    /// <summary>True where nothing is typed.</summary>
    public bool IsEmpty => _draft.IsEmpty;

    /// <summary>What is typed into cells.</summary>
    public IReadOnlyDictionary<QuotaPlace, string> Cells => _draft.Cells;

    /// <summary>What is typed into the form of a rule.</summary>
    public QuotaEntry Entry { get; private set; } = new();

    /// <summary>True once something is typed into that form.</summary>
    public bool IsTyped { get; private set; }

    /// <summary>What becomes of use above a lowered limit.</summary>
    public QuotaEnforce Enforce { get; private set; } = new();

    /// <summary>What differs from what is set now.</summary>
    public QuotaChanges Changes { get; private set; } = QuotaChanges.None;

    /// <summary>What exactly that would do; null where nothing is typed.</summary>
    public IReadOnlyList<Effect>? Effects { get; private set; }

    /// <summary>When that was worked out.</summary>
    public DateTimeOffset? PreviewedAt { get; private set; }

    /// <summary>True where it may be applied.</summary>
    public bool MayApply { get; private set; }

    /// <summary>Why a file that was handed in cannot be read, or changes nothing.</summary>
    public string? WrongFile { get; private set; }

    /// <summary>True where a rule is to be removed.</summary>
    public bool Removes(OwnerPath owner, string key) => _draft.Removes(owner, key);

    /// <summary>The page was read anew: what somebody else changed meanwhile is compared with what is typed, and said.</summary>
    /// <returns>True where somebody did.</returns>
    public bool Follow(Caller caller, QuotaPageData? data)
    {
        _data = data;
        if (data is null || _draft.IsEmpty || Basis() == _basis)
        {
            return false;
        }

        Preview(caller);
        Effects = [new Effect(Signal.Warning, "It was changed by somebody else meanwhile", "What you typed stays; the changes and their effect are against what is set now."), .. Effects ?? []];
        return true;
    }

    /// <summary>Something was typed into a cell.</summary>
    public void Edit(Caller caller, QuotaEdit edit, string? now)
    {
        _draft.Edit(edit, now);
        Preview(caller);
    }

    /// <summary>A rule is to be removed, or is not any more.</summary>
    public void ToggleRemoved(Caller caller, OwnerPath owner, string key)
    {
        _draft.ToggleRemoved(owner, key);
        Preview(caller);
    }

    /// <summary>What was set for a node before goes into the tray like a file: it is seen, with its effect, before it is applied.</summary>
    public void Restore(Caller caller, OwnerPath owner, QuotaBody before)
    {
        _draft.Replace(new Dictionary<OwnerPath, QuotaBody> { [owner] = before });
        Preview(caller);
    }

    /// <summary>The form of a new rule begins.</summary>
    public void Begin(OwnerPath owner, string resource) =>
        (Entry, IsTyped) = (new QuotaEntry { Owner = owner.IsRoot ? "" : owner.ToString(), Resource = resource }, false);

    /// <summary>The form of a rule that is set begins, as it would be with what is typed into its cells.</summary>
    /// <returns>False where there is no such rule.</returns>
    public bool TryBegin(OwnerPath owner, string key)
    {
        IEnumerable<QuotaRuleBody>? edited = Changes.Nodes.FirstOrDefault(n => n.Owner == owner)?.After?.Rules;
        if ((edited ?? _data!.Set.FirstOrDefault(n => n.Owner == QuotaAnswer.PathOf(owner))?.Rules ?? []).FirstOrDefault(r => QuotaDiff.KeyOf(r) == key) is not { } rule)
        {
            return false;
        }

        (Entry, IsTyped) = (QuotaEntry.Of(owner, rule), false);
        return true;
    }

    /// <summary>Something was typed into the form of a rule.</summary>
    public void Typed(Caller caller)
    {
        (OwnerPath? owner, QuotaRuleBody? rule, string? wrong) = Entry.Read();
        IsTyped = true;
        _draft.Added = rule is null ? null : (owner!, rule);
        Preview(caller);
        if (wrong is not null)
        {
            (Effects, MayApply) = ([new Effect(Signal.Info, wrong), .. _draft.IsEmpty ? [] : Effects ?? []], false);
        }
    }

    /// <summary>A file was handed in.</summary>
    public void Read(Caller caller, string text)
    {
        WrongFile = null;
        if (text.Trim().Length == 0)
        {
            _draft.Replace(new Dictionary<OwnerPath, QuotaBody>());
            Preview(caller);
            return;
        }

        Result<IReadOnlyDictionary<OwnerPath, QuotaBody>> read = QuotaFile.Read(text);
        WrongFile = read.Problem?.Detail;
        _draft.Replace(read.Value ?? new Dictionary<OwnerPath, QuotaBody>());
        Preview(caller);
        WrongFile ??= Changes.Nodes.Count == 0 ? "Nothing differs from what is set." : null;
    }

    /// <summary>What was begun in the form of a rule goes; what was typed into the table stays.</summary>
    public void LeaveForm(Caller caller)
    {
        _draft.Added = null;
        IsTyped = false;
        Preview(caller);
    }

    /// <summary>What was read from a file goes.</summary>
    public void LeaveFile(Caller caller)
    {
        _draft.Replace(new Dictionary<OwnerPath, QuotaBody>());
        WrongFile = null;
        Preview(caller);
    }

    /// <summary>All goes.</summary>
    public void Clear()
    {
        _draft.Clear();
        Enforce = new();
        (Changes, Effects, PreviewedAt, MayApply, IsTyped, WrongFile) = (QuotaChanges.None, null, null, false, false, null);
    }

    /// <summary>It was refused: why stands before what it would do as things are now.</summary>
    public void Fail(Caller caller, Effect why)
    {
        Preview(caller);
        Effects = [why, .. Effects ?? []];
    }

    /// <summary>Works out what it would do.</summary>
    public void Preview(Caller caller)
    {
        (_draft.EnforceAt, string? when) = Enforce.Read(time.GetUtcNow());
        Changes = _data is null ? QuotaChanges.None : _draft.Over(_data.Set);
        _basis = Basis();
        if (Changes.Faults.Count > 0)
        {
            (Effects, PreviewedAt, MayApply) = ([.. Changes.Faults.Select(f => new Effect(Signal.Bad, $"{QuotaAnswer.PathOf(f.Key.Owner)} {f.Key.Field.ToString().ToLowerInvariant()}: {f.Value}"))], null, false);
            return;
        }

        Effects = Changes.Nodes.Count == 0 ? [] : quotas.Preview(caller, Changes.Nodes);
        PreviewedAt = Changes.Nodes.Count == 0 ? null : time.GetUtcNow();
        MayApply = Changes.Nodes.Count > 0 && !(Effects is [{ State: Signal.Bad }]);
        if (when is not null && Changes.Excesses.Count > 0)
        {
            (Effects, MayApply) = ([new Effect(Signal.Info, when), .. Effects], false);
        }
    }

    // The versions of the nodes that are edited.
    private string Basis() => _data is null ? "" : string.Join(',', _draft.Owners.Select(o => _data.Set.FirstOrDefault(n => n.Owner == QuotaAnswer.PathOf(o))?.Version ?? 0));
}
