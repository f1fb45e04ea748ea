using Nexus.Dashboard.Features.Audit;

namespace Nexus.Dashboard.Tests.Dashboard.Audit;

public sealed class AuditWordsTests
{
    [Theory]
    [InlineData("changePool", "changed pool")]
    [InlineData("signIn", "signed in")]
    [InlineData("changeUserAndPassword", "changed user and password")]
    [InlineData("openPool", "opened pool")]
    [InlineData("healPool", "healed pool")]
    [InlineData("switchStrategy", "switched strategy")]
    [InlineData("somethingNew", "something new")]
    public void Actions_are_said_in_the_past_tense(string action, string words) => Assert.Equal(words, AuditWords.Past(action));
}
