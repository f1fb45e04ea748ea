namespace Nexus.Dashboard.Features.Alerts.Delivery;

/// <summary>How a connection to the mail server is protected.</summary>
internal enum SmtpSecurity
{
    /// <summary>As the port says: TLS from the beginning at 465, else STARTTLS where the server offers it.</summary>
    Auto,

    /// <summary>Not at all: for a server on the same machine.</summary>
    None,

    /// <summary>STARTTLS, or nothing is sent.</summary>
    StartTls,

    /// <summary>TLS from the beginning.</summary>
    Tls,
}

/// <summary>The mail server through which e-mail goes. Section <c>Nexus:Alerts:Smtp</c> of <c>appsettings.json</c>.</summary>
internal sealed class SmtpOptions
{
    public const string Section = AlertOptions.Section + ":Smtp";

    /// <summary>Its name; empty: no e-mail is sent.</summary>
    public string Host { get; init; } = "";

    /// <summary>Its port; 587 by default.</summary>
    public int Port { get; init; } = 587;

    /// <summary>How the connection is protected.</summary>
    public SmtpSecurity Security { get; init; }

    /// <summary>The sender's address.</summary>
    public string From { get; init; } = "";

    /// <summary>The name to sign in with; empty: without signing in.</summary>
    public string User { get; init; } = "";

    /// <summary>The environment variable that holds the password; it stands nowhere else.</summary>
    public string PasswordVariable { get; init; } = "NEXUS_SMTP_PASSWORD";

    /// <summary>What is wrong with these values, each with the key to change; empty when nothing is.</summary>
    public IEnumerable<string> Faults()
    {
        if (Host.Length == 0)
        {
            yield break;
        }

        if (Port is < 1 or > 65535)
        {
            yield return $"{Section}:{nameof(Port)} must be between 1 and 65535, not {Port}";
        }

        if (!MailAddresses.IsOne(From))
        {
            yield return $"{Section}:{nameof(From)} must be an e-mail address, as {nameof(Host)} is set";
        }

        if (User.Length > 0 && PasswordVariable.Length == 0)
        {
            yield return $"{Section}:{nameof(PasswordVariable)} must name the environment variable with the password of {nameof(User)}";
        }
    }
}
