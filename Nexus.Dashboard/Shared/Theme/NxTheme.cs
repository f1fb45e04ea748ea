using System.Globalization;
using MudBlazor;

namespace Nexus.Dashboard.Shared.Theme;

/// <summary>The look of the library's components: the tokens of <c>nexus.css</c> in its words, so that a menu or a tooltip cannot be told from what is ours.</summary>
internal static class NxTheme
{
    private const int Shadows = 26;
    private static readonly string[] Font = ["Inter Variable", "Inter", "system-ui", "Segoe UI", "Roboto", "sans-serif"];

    public static MudTheme Theme { get; } = new()
    {
        PaletteLight = Light,
        PaletteDark = Dark,
        Typography = Type,
        Shadows = new Shadow { Elevation = [.. Enumerable.Range(0, Shadows).Select(i => i == 0 ? "none" : "var(--float)")] },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "6px", AppbarHeight = "48px", DrawerWidthLeft = "216px", DrawerMiniWidthLeft = "56px" },
    };

    // Ink is the main action, the accent is for links, selection and focus.
    private static PaletteLight Light => new()
    {
        Background = "#F5F6F8", BackgroundGray = "#FAFBFC", Surface = "#FFFFFF", DrawerBackground = "#FAFBFC", AppbarBackground = "#FAFBFC",
        TextPrimary = "#14171D", TextSecondary = "#4A5261", TextDisabled = "#9AA1AD", AppbarText = "#14171D", DrawerText = "#14171D", DrawerIcon = "#4A5261", ActionDefault = "#4A5261",
        GrayDefault = "#646C7B", GrayDarker = "#171A21", LinesDefault = "#E4E7EC", LinesInputs = "#838B9A", Divider = "#E4E7EC", DividerLight = "#E4E7EC",
        TableLines = "#EEF0F3", TableHover = "#F0F2F5", HoverOpacity = 0.05, RippleOpacity = 0, RippleOpacitySecondary = 0,
        Primary = "#171A21", PrimaryContrastText = "#FFFFFF", PrimaryDarken = "#000000", PrimaryLighten = "#2B303A",
        Secondary = "#2251CC", SecondaryContrastText = "#FFFFFF", SecondaryDarken = "#1B41A3", SecondaryLighten = "#4E74D6",
        Tertiary = "#6B4BC8", TertiaryDarken = "#563CA0", TertiaryLighten = "#896FD3",
        Info = "#2251CC", InfoDarken = "#1B41A3", InfoLighten = "#4E74D6", Success = "#0B7A43", SuccessDarken = "#096236", SuccessLighten = "#3C9569",
        Warning = "#B56F00", WarningDarken = "#8F5600", WarningLighten = "#C48C33", Error = "#C2261C", ErrorDarken = "#9B1E16", ErrorLighten = "#CE5149",
    };

    private static PaletteDark Dark => new()
    {
        Background = "#0B0D11", BackgroundGray = "#171A20", Surface = "#13161B", DrawerBackground = "#0E1014", AppbarBackground = "#0E1014",
        TextPrimary = "#ECEEF2", TextSecondary = "#A8B0BE", TextDisabled = "#5B6371", AppbarText = "#ECEEF2", DrawerText = "#ECEEF2", DrawerIcon = "#A8B0BE", ActionDefault = "#A8B0BE",
        GrayDefault = "#8A93A3", GrayDarker = "#2A3039", LinesDefault = "#262B33", LinesInputs = "#6A7383", Divider = "#262B33", DividerLight = "#262B33",
        TableLines = "#1E2229", TableHover = "#1D2128", HoverOpacity = 0.08, RippleOpacity = 0, RippleOpacitySecondary = 0,
        Primary = "#ECEEF2", PrimaryContrastText = "#0B0D11", PrimaryDarken = "#FFFFFF", PrimaryLighten = "#D3D6DC",
        Secondary = "#8FB0FF", SecondaryContrastText = "#0B0D11", SecondaryDarken = "#728DCC", SecondaryLighten = "#A5C0FF",
        Tertiary = "#B9A6FF", TertiaryDarken = "#9485CC", TertiaryLighten = "#C7B8FF",
        Info = "#8FB0FF", InfoDarken = "#728DCC", InfoLighten = "#A5C0FF", Success = "#4CC78C", SuccessDarken = "#3D9F70", SuccessLighten = "#70D2A3",
        Warning = "#F2B445", WarningDarken = "#C29037", WarningLighten = "#F5C36A", Error = "#FF7F75", ErrorDarken = "#CC665E", ErrorLighten = "#FF9991",
    };

    private static Typography Type => new()
    {
        Default = Set(new DefaultTypography(), 13, 20, 400),
        H1 = Set(new H1Typography(), 20, 28, 600),
        H2 = Set(new H2Typography(), 14, 20, 600),
        H3 = Set(new H3Typography(), 14, 20, 600),
        H4 = Set(new H4Typography(), 26, 32, 600),
        H5 = Set(new H5Typography(), 20, 28, 600),
        H6 = Set(new H6Typography(), 14, 20, 600),
        Subtitle1 = Set(new Subtitle1Typography(), 13, 20, 400),
        Subtitle2 = Set(new Subtitle2Typography(), 12, 16, 500),
        Body1 = Set(new Body1Typography(), 13, 20, 400),
        Body2 = Set(new Body2Typography(), 13, 20, 400),
        Button = Set(new ButtonTypography(), 13, 20, 500),
        Caption = Set(new CaptionTypography(), 12, 16, 400),
        Overline = Set(new OverlineTypography(), 11, 16, 500),
    };

    private static T Set<T>(T entry, int size, int line, int weight)
        where T : BaseTypography
    {
        entry.FontFamily = Font;
        entry.FontSize = $"{size}px";
        entry.LineHeight = ((double)line / size).ToString("0.####", CultureInfo.InvariantCulture);
        entry.FontWeight = weight.ToString(CultureInfo.InvariantCulture);
        entry.LetterSpacing = "0";
        entry.TextTransform = "none";
        return entry;
    }
}
