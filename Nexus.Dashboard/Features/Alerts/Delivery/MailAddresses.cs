using MimeKit;

namespace Nexus.Dashboard.Features.Alerts.Delivery;

/// <summary>Addresses of e-mail.</summary>
internal static class MailAddresses
{
    // RFC 5321, section 4.5.3.1.
    private const int MostLength = 254;

    /// <summary>True for one address and nothing beside it.</summary>
    public static bool IsOne(string? text) =>
        text is { Length: > 2 and <= MostLength } && !text.Any(char.IsControl) && MailboxAddress.TryParse(text, out MailboxAddress? address) && address.Address == text && text.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at < text.Length - 1;
}
