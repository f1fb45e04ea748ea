using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Nexus.Dashboard.Features.Alerts.Delivery;

/// <summary>Signs webhooks as Standard Webhooks has it (standardwebhooks.com): HMAC-SHA256 over the id, the time stamp and the body, so that none can be changed or sent again later.</summary>
internal static class WebhookSecret
{
    // Secrets that are bytes are written so, in base64.
    private const string Bytes = "whsec_";

    /// <summary>True where the server has a secret under that name.</summary>
    public static bool IsSet(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 };

    /// <summary>The header <c>webhook-signature</c>.</summary>
    /// <param name="secret">The secret: a text, or <c>whsec_</c> and base64.</param>
    /// <param name="id">The delivery's key, the same for each attempt.</param>
    /// <param name="at">When this attempt is made.</param>
    /// <param name="body">What is sent.</param>
    public static string Sign(string secret, string id, DateTimeOffset at, string body) =>
        $"v1,{Convert.ToBase64String(HMACSHA256.HashData(KeyOf(secret), Encoding.UTF8.GetBytes($"{id}.{at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}.{body}")))}";

    private static byte[] KeyOf(string secret)
    {
        if (secret.StartsWith(Bytes, StringComparison.Ordinal))
        {
            byte[] key = new byte[secret.Length];
            if (Convert.TryFromBase64String(secret[Bytes.Length..], key, out int length))
            {
                return key[..length];
            }
        }

        return Encoding.UTF8.GetBytes(secret);
    }
}
