using CsCheck;
using Nexus.Engine.Quotas;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Engine.Quotas;

/// <summary>What holds on every tree and after every step, against <see cref="QuotaFormulae"/>.</summary>
public sealed class QuotaTreeLaws
{
    private static readonly string[] Paths = ["~", "a", "b", "a/x", "a/y", "b/x", "a/x/1", "a/x/2", "a/y/1", "b/x/1"];
    private static readonly string[] Owners = [.. Paths.Skip(1), "c", "a/z", "a/x/1/deep", "b/x/9"];

    private static readonly Gen<QuotaBound> Bounds = Gen.Frequency((2, Gen.Const(QuotaBound.Unbounded)), (2, Gen.Const(QuotaBound.Nothing)), (3, Gen.Long[1, 12].Select(u => QuotaBound.Of(Quantity.Of(u)))));

    private static readonly Gen<QuotaRule> Rules = Gen.Select(Gen.Long[0, 20], Gen.Bool, Bounds, Bounds, Gen.Int[0, 9], (amount, cohort, borrow, lend, more) => new QuotaRule("cpu")
    {
        Limit = cohort ? null : Quantity.Of(amount),
        Extra = cohort ? Quantity.Of(amount / 4) : null,
        Borrow = borrow,
        Lend = lend,
        LendTo = more < 3 ? QuotaLendTo.All : QuotaLendTo.Preemptible,
        Mode = more == 9 ? QuotaMode.Soft : QuotaMode.Hard,
    });

    private static readonly Gen<(OwnerPath Owner, QuotaRule Rule)[]> Trees = Gen.Select(Gen.Int[1, (1 << 10) - 1], Rules.Array[Paths.Length])
        .Select((which, rules) => Paths.Select((p, i) => (OwnerPath.Parse(p), rules[i], which >> i & 1)).Where(r => r.Item3 == 1).Select(r => (r.Item1, r.Item2)).ToArray())
        .Where(rules => QuotaRules.Overdrawn(Tree(rules)) is null);

    private static readonly Gen<(int Owner, long Amount, bool Preemptible, int Choice)[]> Steps =
        Gen.Select(Gen.Int[0, Owners.Length - 1], Gen.Long[1, 9], Gen.Bool, Gen.Int[0, 99]).Array[1, 30];

    [Fact]
    public void What_is_available_is_what_the_formulae_say_and_what_passes_keeps_to_them() => Histories((tree, formulae, owner, amount, preemptible) =>
    {
        QuotaNode leaf = tree.Nearest(owner)!;
        QuotaUse use = preemptible ? QuotaUse.All : QuotaUse.Firm;
        long available = formulae.Available(owner, preemptible);

        Assert.Equal(available, tree.Available(leaf, use, 0));
        if (tree.Blocks(leaf, amount, use, 0) is { } block)
        {
            Assert.True(available < amount);
            Assert.Equal(available, block.Available);
            Assert.Contains(block.Node, leaf.Path);
            Assert.True(block.Missing > 0);
        }
        else
        {
            Assert.True(available >= amount);
        }
    });

    [Fact]
    public void No_subtree_passes_its_limit_and_what_it_may_borrow() => Histories((tree, formulae, _, _, _) =>
    {
        foreach (QuotaNode node in tree.Nodes)
        {
            Assert.Equal(formulae.Subtree(node.Owner), node.All.Total);
            if (node is { IsHard: true, Rule: { Limit: { } limit, Borrow.Amount: { } borrow } } && Array.TrueForAll(node.Children, AllHard))
            {
                Assert.True(node.All.Total <= limit.Thousandths + borrow.Thousandths, $"{node.Owner} holds {node.All.Total}");
            }
        }
    });

    [Fact]
    public void No_owner_is_denied_its_own_unlent_part() => Histories((tree, formulae, owner, _, _) =>
    {
        long own = formulae.Free(owner);
        if (tree.Nodes.All(n => n.IsHard) && own > 0)
        {
            Assert.Null(tree.Blocks(tree.Nearest(owner)!, own, QuotaUse.All, 0));
        }
    });

    [Fact]
    public void What_is_given_back_restores_the_state_exactly() => Gen.Select(Trees, Steps).Sample((rules, steps) =>
    {
        QuotaTree tree = Tree(rules);
        string before = State(tree);
        foreach ((int at, long amount, bool preemptible, _) in (IEnumerable<(int, long, bool, int)>)[.. steps, .. steps.Reverse().Select(s => (s.Owner, -s.Amount, s.Preemptible, s.Choice))])
        {
            if (tree.Nearest(OwnerPath.Parse(Owners[at])) is { } leaf)
            {
                tree.Charge(leaf, 0, amount * 1000, preemptible ? QuotaUse.All : QuotaUse.Firm, 0);
            }
        }

        Assert.Equal(before, State(tree));

        static string State(QuotaTree tree)
        {
            tree.At(0);
            return string.Join(' ', tree.Nodes.Select(n => $"{n.Owner}:{n.All.Total},{n.All.Used},{n.Firm.Total},{n.Firm.Used}"));
        }
    }, iter: 500);

    [Fact]
    public void A_tree_worked_out_anew_is_the_one_that_was_kept_up() => Histories((tree, _, _, _, _) =>
    {
        (long, long)[] kept = [.. tree.Nodes.Select(n => (n.All.Used, n.Firm.Used))];
        tree.Forget();
        tree.At(0);
        Assert.Equal(kept, tree.Nodes.Select(n => (n.All.Used, n.Firm.Used)));
    });

    // What is taken passed the check before; what is given back was taken.
    private static void Histories(Action<QuotaTree, QuotaFormulae, OwnerPath, long, bool> check) => Gen.Select(Trees, Steps).Sample((rules, steps) =>
    {
        QuotaTree tree = Tree(rules);
        QuotaFormulae formulae = new(rules);
        foreach ((int at, long units, bool preemptible, int choice) in steps)
        {
            OwnerPath owner = OwnerPath.Parse(Owners[at]);
            if (tree.Nearest(owner) is not { } leaf)
            {
                continue;
            }

            check(tree, formulae, owner, units * 1000, preemptible);
            QuotaUse use = preemptible ? QuotaUse.All : QuotaUse.Firm;
            if (choice < 30 && formulae.Grants.Count > 0)
            {
                (OwnerPath holder, long amount, bool loose) = formulae.Grants[choice % formulae.Grants.Count];
                formulae.Grants.RemoveAt(choice % formulae.Grants.Count);
                tree.Charge(tree.Nearest(holder)!, 0, -amount, loose ? QuotaUse.All : QuotaUse.Firm, 0);
            }
            else if (tree.Blocks(leaf, units * 1000, use, 0) is null)
            {
                formulae.Grants.Add((owner, units * 1000, preemptible));
                tree.Charge(leaf, 0, units * 1000, use, 0);
            }
        }
    }, iter: 500);

    private static bool AllHard(QuotaNode node) => node.IsHard && Array.TrueForAll(node.Children, AllHard);

    private static QuotaTree Tree((OwnerPath Owner, QuotaRule Rule)[] rules) => new(new QuotaTreeKey("cpu", QuotaPeriod.None), rules);
}
