using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Quotas;
using Nexus.Engine.Quotas;

namespace Nexus.Dashboard.Tests.Dashboard.Quotas;

public sealed class QuotaUsageFileTests
{
    [Theory]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"a\"", "\"say \"\"a\"\"\"")]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("@sum(a,b)", "\"'@sum(a,b)\"")]
    [InlineData("acme/søk", "acme/søk")]
    public void A_name_stays_one_cell_and_no_spreadsheet_takes_it_for_a_formula(string owner, string cell)
    {
        QuotaUsage line = new()
        {
            Owner = owner, Resource = "gpu", Mode = QuotaMode.Hard, Has = new Amount(0), Used = new Amount(2.5m), Borrowed = new Amount(2.5m), Lent = new Amount(0), Peak = new Amount(1234.125m), Rejections = 7, Waiting = 0, Stopped = 0,
        };

        Assert.Equal($"{cell},gpu,,,hard,,0,2.5,,2.5,0,1234.125,7,0,0", new QuotaUsageAnswer(null, DateTimeOffset.UnixEpoch, [line]).ToCsv().Split("\r\n")[1]);
    }
}
