using System.Globalization;
using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Nexus.Dashboard.Features.Pools;
using Nexus.Dashboard.Gallery;
using Nexus.Dashboard.Shared;

namespace Nexus.Dashboard.Tests.Dashboard.Gallery;

/// <summary>What holds for every component of ours, in every state that the gallery shows.</summary>
public sealed class GalleryTests : ComponentTest, IClassFixture<LiveEngine>
{
    // Each of these follows something and draws nothing itself: the component it feeds is in the gallery.
    private static readonly Dictionary<Type, Type> Followers = new()
    {
        [typeof(LiveIndicator)] = typeof(LiveState),
        [typeof(TroubleNotice)] = typeof(TroubleBanner),
        [typeof(FailureNotice)] = typeof(FailureBanner),
        [typeof(NavCount)] = typeof(NavNumber),
        [typeof(Nexus.Dashboard.Features.Alerts.Pages.AlertCount)] = typeof(NavNumber),
        [typeof(BudgetNavCount)] = typeof(NavNumber),
        [typeof(Nexus.Dashboard.Features.Prices.Invoices.InvoicesTab)] = typeof(Nexus.Dashboard.Features.Prices.Invoices.InvoiceList),
        [typeof(Nexus.Dashboard.Features.Recommendations.Pages.RecommendationCount)] = typeof(NavNumber),
        [typeof(OwnerPicker)] = typeof(OwnerField),
        [typeof(RangePicker)] = typeof(RangeMenu),
        [typeof(ToastHost)] = typeof(ToastList),
        [typeof(Nexus.Dashboard.Shared.Palette)] = typeof(PaletteList),
        [typeof(KeysHelp)] = typeof(KeysList),
    };

    private static readonly Type[] Document = [typeof(App), typeof(Routes)];

    public GalleryTests(LiveEngine engine) => engine.Serve(Services);

    public static TheoryData<string> States() => [.. Examples.All.Select(e => e.ToString())];

    [Theory]
    [MemberData(nameof(States))]
    public void A_state_is_drawn_and_names_all_that_can_be_used(string state)
    {
        IReadOnlyList<INode> drawn = [.. Render(Of(state).Content).Nodes];
        IElement[] elements = [.. drawn.OfType<IElement>().SelectMany(e => e.QuerySelectorAll("*").Prepend(e))];

        Assert.All(elements.Where(e => e.LocalName is "button" or "a"), e => Assert.True(Named(e), $"nameless: {e.OuterHtml}"));
        Assert.All(elements.Where(e => e.LocalName is "input" or "select" or "textarea"), e => Assert.True(Labelled(e, elements), $"without a label: {e.OuterHtml}"));
        Assert.All(elements.Where(e => e.LocalName == "svg"), e => Assert.True(e.GetAttribute("aria-hidden") == "true" || (e.GetAttribute("role") == "img" && Named(e)), $"neither named nor hidden: {e.OuterHtml}"));
        Assert.All(elements.Where(e => e.GetAttribute("role") is "img" or "listbox"), e => Assert.True(Named(e), $"nameless: {e.OuterHtml}"));
        Assert.All(elements.Where(e => e.LocalName == "th" && e.ParentElement!.ParentElement!.LocalName == "thead"), e => Assert.False(string.IsNullOrWhiteSpace(e.TextContent), "a column without a head"));
    }

    [Theory]
    [MemberData(nameof(States))]
    public void A_meter_says_its_number_within_its_range(string state) =>
        Assert.All(Render(Of(state).Content).FindAll("[role=meter]"), meter =>
        {
            (decimal min, decimal now, decimal max) = (Number(meter, "aria-valuemin"), Number(meter, "aria-valuenow"), Number(meter, "aria-valuemax"));
            Assert.InRange(now, min, max);
            Assert.True(Named(meter));
        });

    [Fact]
    public void All_states_together_use_no_id_twice()
    {
        string[] ids = [.. Examples.All.SelectMany(e => Render(e.Content).FindAll("[id]").Select(i => i.Id!))];

        Assert.Equal(ids.Order(StringComparer.Ordinal), ids.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_two_states_have_one_name() =>
        Assert.Equal(Examples.All.Count, Examples.All.Select(e => e.ToString()).Distinct(StringComparer.OrdinalIgnoreCase).Count());

    [Fact]
    public void Every_component_of_ours_has_its_states_here()
    {
        HashSet<Type> shown = [.. Examples.All.Select(e => e.Component)];
        IEnumerable<Type> ours = typeof(Meter).Assembly.GetTypes().Where(t =>
            t.IsAssignableTo(typeof(ComponentBase)) && !t.IsAbstract && IsShared(t)
            && !t.IsDefined(typeof(RouteAttribute), inherit: false) && !t.IsAssignableTo(typeof(LayoutComponentBase)) && !Document.Contains(t));

        Assert.Empty(ours.Select(t => Followers.GetValueOrDefault(t, t)).Where(t => !shown.Contains(t)).Select(t => $"{t.Name} has no examples: add them in Gallery/Examples.cs"));
    }

    // The sections of Settings are one page, cut into files.
    private static bool IsShared(Type component) =>
        component.Namespace is { } name && (name == typeof(Meter).Namespace || (name.StartsWith("Nexus.Dashboard.Features.", StringComparison.Ordinal) && !name.EndsWith(".Settings", StringComparison.Ordinal)));

    private static Example Of(string state) => Examples.All.Single(e => e.ToString() == state);

    private static bool Named(IElement element) =>
        !string.IsNullOrWhiteSpace(element.GetAttribute("aria-label")) || element.HasAttribute("aria-labelledby") || !string.IsNullOrWhiteSpace(element.GetAttribute("title")) || !string.IsNullOrWhiteSpace(element.TextContent)
        || element.QuerySelector("[role=img][aria-label]") is not null;

    private static bool Labelled(IElement field, IElement[] all) =>
        !string.IsNullOrWhiteSpace(field.GetAttribute("aria-label")) || field.Closest("label") is { } around && !string.IsNullOrWhiteSpace(around.TextContent)
        || (field.Id is { } id && all.Any(l => l.LocalName == "label" && l.GetAttribute("for") == id && !string.IsNullOrWhiteSpace(l.TextContent)));

    private static decimal Number(IElement element, string attribute) => decimal.Parse(element.GetAttribute(attribute)!, CultureInfo.InvariantCulture);
}
