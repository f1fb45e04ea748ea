using Nexus.Dashboard.Features.Alerts.Delivery;

namespace Nexus.Dashboard.Tests.Dashboard.Alerts;

/// <summary>E-mail through a real SMTP server of the test.</summary>
public sealed class EmailTests
{
    private const string Variable = "NEXUS_EMAIL_TESTS_PASSWORD";

    private static readonly AlertChannel Mail = new() { Id = "mail", Kind = ChannelKind.Email, To = "ops@example.com dana@example.com", IsDefault = true };

    [Fact]
    public async Task E_mail_says_what_fires_where_the_line_is_and_what_to_do()
    {
        await using LocalSmtp server = new();
        await using AlertScene scene = await SceneAsync(server);

        await scene.FireAsync("acme", "globex");
        await scene.PassAsync(1);

        (string to, string text) = Assert.Single(server.Taken);
        AlertDelivery delivery = Assert.Single(await scene.DeliveriesAsync());
        Assert.Equal((DeliveryState.Delivered, "2.0.0 Ok: queued as 4F2A1"), (delivery.State, delivery.Result));
        Assert.Equal("ops@example.com dana@example.com", to);
        Assert.Contains("From: nexus@example.com", text, StringComparison.Ordinal);
        Assert.Contains($"Message-Id: <{delivery.Key}@nexus>", text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Auto-Submitted: auto-generated", text, StringComparison.Ordinal);
        Assert.Contains("Rule full", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task That_it_has_ended_is_told_too()
    {
        await using LocalSmtp server = new();
        await using AlertScene scene = await SceneAsync(server);
        await scene.FireAsync();
        await scene.PassAsync(1);

        await scene.SeeAsync(0.1);
        await scene.PassAsync(3);

        Assert.Equal(2, server.Taken.Count);
        Assert.Equal([DeliveryKind.Firing, DeliveryKind.Resolved], (await scene.DeliveriesAsync()).Select(d => d.Kind));
    }

    [Theory]
    [InlineData("550 5.1.1 No such user", DeliveryState.Dead, "550 5.1.1 No such user")]
    [InlineData("450 4.2.1 Try later", DeliveryState.Pending, "450 4.2.1 Try later")]
    public async Task What_the_server_says_is_shown_and_decides_whether_it_is_tried_again(string answer, object became, string said)
    {
        await using LocalSmtp server = new() { ToRecipient = answer };
        await using AlertScene scene = await SceneAsync(server);

        await scene.FireAsync();
        await scene.PassAsync(1);

        AlertDelivery delivery = Assert.Single(await scene.DeliveriesAsync());
        Assert.Equal(((DeliveryState)became, said), (delivery.State, delivery.Result));
    }

    [Fact]
    public async Task It_signs_in_with_the_password_of_the_environment()
    {
        Environment.SetEnvironmentVariable(Variable, "a password");
        await using LocalSmtp server = new() { SignIn = ("nexus", "a password") };
        SmtpOptions right = new() { Host = "127.0.0.1", Port = server.Port, Security = SmtpSecurity.None, From = "nexus@example.com", User = "nexus", PasswordVariable = Variable };
        await using AlertScene scene = await AlertScene.StartAsync(right);

        Assert.True((await scene.Courier.TestAsync(Mail, "dana", CancellationToken.None)).Taken);
        Assert.Contains("This is a test of the channel mail, sent by dana.", Assert.Single(server.Taken).Text, StringComparison.Ordinal);

        server.SignIn = ("nexus", "another");
        SendOutcome refused = await scene.Courier.TestAsync(Mail, "dana", CancellationToken.None);
        Assert.Contains("Authentication failed", refused.Result, StringComparison.Ordinal);
        Assert.DoesNotContain("a password", refused.Result, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_mail_server_it_says_which_key_to_set()
    {
        await using AlertScene scene = await AlertScene.StartAsync();

        Assert.Equal("No mail server is set: Nexus:Alerts:Smtp:Host in appsettings.json is empty", (await scene.Courier.TestAsync(Mail, "dana", CancellationToken.None)).Result);
    }

    [Fact]
    public void Settings_that_cannot_be_are_named_by_their_key()
    {
        Assert.Empty(new SmtpOptions().Faults());
        Assert.Equal(
            ["Nexus:Alerts:Smtp:Port must be between 1 and 65535, not 0", "Nexus:Alerts:Smtp:From must be an e-mail address, as Host is set"],
            new SmtpOptions { Host = "mail.example.com", Port = 0, From = "nobody" }.Faults());
    }

    private static async Task<AlertScene> SceneAsync(LocalSmtp server)
    {
        AlertScene scene = await AlertScene.StartAsync(new SmtpOptions { Host = "127.0.0.1", Port = server.Port, Security = SmtpSecurity.None, From = "nexus@example.com" });
        await scene.ChannelAsync(Mail);
        return scene;
    }
}
