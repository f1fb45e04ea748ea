namespace Nexus.Dashboard.Tests.Dashboard.Access;

/// <summary>Who may do what: the whole of it, for a reader to check against docs/decisions/0005 and the scopes and roles of the product.</summary>
/// <remarks>
/// <para>Nobody: <c>in</c>, <c>401</c> for machines, <c>door</c> for a browser that is led to the sign-in page.</para>
/// <para>Keys by scope and people by role, both for the whole installation: <c>x</c> may, <c>.</c> is refused. <c>form</c>: with the token of a page of ours, and refused without.
/// <c>link</c>: with the one-time link that the program prints, and refused without.</para>
/// <para>Below: a key or role for the path <c>acme</c> may the <c>same</c> there, or <c>.</c> nothing, because what is changed or shown is the whole installation's.</para>
/// <para>Last: the body that is sent. A star after the method: in Development alone.</para>
/// </remarks>
internal static class WhoMay
{
    public static string[] Scopes { get; } = ["requests", "usage", "read", "configure", "benchmarks", "admin"];

    public static string[] Roles { get; } = ["viewer", "operator", "finance", "engineer", "admin"];

    /// <summary>The rows.</summary>
    public static IReadOnlyList<Row> Table { get; } = [.. Text.Split('\n').Where(l => l.Length > 0 && l[0] is not (' ' or '#')).Select(Row.Parse)];

    private const string Text = """
                                                   nobody  requests usage read configure benchmarks admin    viewer operator finance engineer admin    below

        # Requests and leases
        POST   /api/v1/requests                    401     x . . . . x      . x . x x    same   {"id":"r","owner":"acme/ada","resources":{"gpu":1}}
        POST   /api/v1/requests:batch              401     x . . . . x      . x . x x    same   [{"id":"b","owner":"acme/ada","resources":{"gpu":1}}]
        GET    /api/v1/requests                    401     x . x . . x      x x x x x    same
        GET    /api/v1/requests/{id}               401     x . x . . x      x x x x x    same
        POST   /api/v1/requests/{id}/cancel        401     x . . . . x      . x . x x    same
        POST   /api/v1/requests/{id}/priority      401     x . . . . x      . x . x x    same   {"priority":"low"}
        POST   /api/v1/requests/{id}/requeue       401     x . . . . x      . x . x x    same
        POST   /api/v1/requests/{id}/hold          401     x . . . . x      . x . x x    same
        POST   /api/v1/requests/{id}/unhold        401     x . . . . x      . x . x x    same
        POST   /api/v1/requests:cancel             401     x . . . . x      . x . x x    same   {"q":"nothing-is-named-so"}
        GET    /api/v1/leases                      401     x . x . . x      x x x x x    same
        POST   /api/v1/leases/{id}/renew           401     x . . . . x      . x . x x    same
        POST   /api/v1/leases/{id}/release         401     x . . . . x      . x . x x    same
        GET    /api/v1/times                       401     . . x . . x      x x x x x    same
        GET    /api/v1/reservations                401     x . x . . x      x x x x x    same
        POST   /api/v1/reservations                401     . . . x . x      . x . . x    .      {"owner":"acme","pool":"none","resources":{"gpu":1},"start":"2099-01-01T00:00:00Z","end":"2099-01-02T00:00:00Z"}
        PUT    /api/v1/reservations/{id}           401     . . . x . x      . x . . x    .      {"owner":"acme","pool":"none","resources":{"gpu":1},"start":"2099-01-01T00:00:00Z","end":"2099-01-02T00:00:00Z"}
        DELETE /api/v1/reservations/{id}           401     . . . x . x      . x . . x    .

        # Pools, kinds, classes, owners
        GET    /api/v1/pools                       401     x . x . . x      x x x x x    same
        GET    /api/v1/pools/{name}                401     x . x . . x      x x x x x    same
        PUT    /api/v1/pools/{name}                401     . . . x . x      . x . . x    .      {"resources":{"gpu":1}}
        DELETE /api/v1/pools/{name}                401     . . . x . x      . x . . x    .
        POST   /api/v1/pools/{name}/drain          401     . . . x . x      . x . . x    .
        POST   /api/v1/pools/{name}/resetHealth    401     . . . x . x      . x . . x    .
        GET    /api/v1/kinds                       401     x . x . . x      x x x x x    same
        GET    /api/v1/kinds/{name}                401     x . x . . x      x x x x x    same
        PUT    /api/v1/kinds/{name}                401     . . . x . x      . x . . x    .      {"unit":"board","behaviour":"held"}
        DELETE /api/v1/kinds/{name}                401     . . . x . x      . x . . x    .
        GET    /api/v1/priorities                  401     x . x . . x      x x x x x    same
        GET    /api/v1/priorities/{name}           401     x . x . . x      x x x x x    same
        PUT    /api/v1/priorities/{name}           401     . . . x . x      . x . . x    .      {"value":100}
        DELETE /api/v1/priorities/{name}           401     . . . x . x      . x . . x    .
        GET    /api/v1/owners                      401     x . x . . x      x x x x x    same
        GET    /api/v1/owners/{**path}             401     x . x . . x      x x x x x    same
        PUT    /api/v1/owners/{**path}             401     . . . x . x      . x . . x    same   {"labels":{"team":"one"}}

        # Quotas: what holds for the path itself is set from above, so that below "same" means below the path
        GET    /api/v1/quotas                      401     x . x . . x      x x x x x    same
        GET    /api/v1/quotas/{**path}             401     x . x . . x      x x x x x    same
        PUT    /api/v1/quotas/{**path}             401     . . . x . x      . x . . x    same   {"rules":[{"resource":"gpu","limit":4}]}
        DELETE /api/v1/quotas/{**path}             401     . . . x . x      . x . . x    same
        POST   /api/v1/quotas:check                401     x . x . . x      x x x x x    same   {"owner":"acme/ada","resources":{"gpu":1}}
        GET    /api/v1/quotas:usage                401     . . x . . x      x x x x x    same
        GET    /api/v1/quotas:proposals            401     . . x . . x      x x x x x    same
        POST   /api/v1/quotas:proposals/{id}/accept   401  . . . x . x      . x . . x    same
        POST   /api/v1/quotas:proposals/{id}/decline  401  . . . x . x      . x . . x    same
        POST   /api/v1/quotas:proposals/{id}/revert   401  . . . x . x      . x . . x    same

        # Money: prices are the whole installation's
        GET    /api/v1/prices                      401     x . x . . x      x x x x x    same
        PUT    /api/v1/prices                      401     . . . x . x      . . x . x    .      {"items":[]}
        POST   /api/v1/prices:import               401     . . . x . x      . . x . x    .      {"items":[]}
        POST   /api/v1/allowances                  401     x . . . . x      . x . x x    same   {"id":"run","owner":"acme/ada","limits":{"money":{"amount":"5"}}}
        GET    /api/v1/allowances                  401     x . x . . x      x x x x x    same
        GET    /api/v1/allowances/{id}             401     x . x . . x      x x x x x    same
        POST   /api/v1/allowances/{id}/cancel      401     x . . . . x      . x . x x    same
        GET    /api/v1/budgets                     401     x . x . . x      x x x x x    same
        GET    /api/v1/budgets/{id}                401     x . x . . x      x x x x x    same
        GET    /api/v1/budgets/{id}/periods        401     x . x . . x      x x x x x    same
        PUT    /api/v1/budgets/{id}                401     . . . x . x      . . x . x    same   {"scope":{"owner":"acme/ada"},"amount":{"amount":"10"},"period":"month"}
        DELETE /api/v1/budgets/{id}                401     . . . x . x      . . x . x    same
        POST   /api/v1/budgets/{id}/raise          401     . . . x . x      . . x . x    same   {"amount":{"amount":"1"},"reason":"r"}
        POST   /api/v1/budgets/{id}/pause          401     . . . x . x      . . x . x    same   {"until":"2099-01-01T00:00:00Z","reason":"r"}
        POST   /api/v1/prices:rerate               401     . . . x . x      . . x . x    .      {"from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z"}
        POST   /api/v1/invoices                    401     . . . x . x      . . x . x    .      {"csv":"day,model,class,quantity,amount\n2026-01-01,m,input,1,1"}
        GET    /api/v1/invoices                    401     . . x . . x      x x x x x    .
        GET    /api/v1/invoices/{id}               401     . . x . . x      x x x x x    .
        DELETE /api/v1/invoices/{id}               401     . . . x . x      . . x . x    .
        POST   /api/v1/invoices/{id}/apply         401     . . . x . x      . . x . x    .
        POST   /api/v1/invoices/{id}/accept        401     . . . x . x      . . x . x    .
        POST   /api/v1/invoices/{id}/dispute       401     . . . x . x      . . x . x    .      {"reason":"r"}
        GET    /api/v1/periods                     401     . . x . . x      x x x x x    same
        POST   /api/v1/periods/{month}/close       401     . . . x . x      . . x . x    .
        GET    /api/v1/periods/{month}/charges     401     . . x . . x      x x x x x    same
        POST   /api/v1/periods/{month}/charges     401     . . . x . x      . . x . x    .      {"id":"c","category":"credit","owner":"acme","amount":{"amount":"-1"},"description":"d"}
        GET    /api/v1/statements/{tenant}/{month}   401   . . x . . x      x x x x x    same

        # Statements by e-mail: who has one sent decides about money, and may read what is sent; a key needs both scopes for it
        GET    /api/v1/statements:schedules        401     . . x . . x      x x x x x    same
        GET    /api/v1/statements:schedules/{id}   401     . . x . . x      x x x x x    same
        PUT    /api/v1/statements:schedules/{id}   401     . . . . . x      . . x . x    same   {"tenant":"acme","to":["finance@example.com"]}
        DELETE /api/v1/statements:schedules/{id}   401     . . . . . x      . . x . x    same
        POST   /api/v1/statements:schedules/{id}/send   401   . . . . . x   . . x . x    same
        GET    /api/v1/statements:schedules/{id}/deliveries   401   . . x . . x   x x x x x    same
        POST   /api/v1/statements:schedules/{id}/deliveries/{delivery}/retry   401   . . . . . x   . . x . x    same

        POST   /api/v1/usage                       401     . x . . . x      . . . . x    same   [{"id":"u","time":"2026-01-01T00:00:00Z","owner":"acme/ada","resource":"tokens.input","quantity":1}]
        POST   /v1/traces                          401     . x . . . x      . . . . x    same   {"resourceSpans":[]}
        GET    /api/v1/costs                       401     . . x . . x      x x x x x    same
        GET    /api/v1/costs/records               401     . . x . . x      x x x x x    same
        GET    /api/v1/costs/export                401     . . x . . x      x x x x x    same
        GET    /api/v1/views                       401     . . x . . x      x x x x x    same
        GET    /api/v1/views/{name}                401     . . x . . x      x x x x x    same
        PUT    /api/v1/views/{name}                401     . . x . . x      x x x x x    same   {"query":"groupBy=tenant"}
        DELETE /api/v1/views/{name}                401     . . x . . x      x x x x x    same

        # What if: the whole installation's past, and its processor
        POST   /api/v1/simulations                 401     . . . x x x      . x . x x    .      {"trace":"time,gpu\n0,1","variants":[{"name":"as it is"}]}
        GET    /api/v1/simulations                 401     . . x x x x      x x x x x    .
        GET    /api/v1/simulations/{id}            401     . . x x x x      x x x x x    .
        POST   /api/v1/simulations/{id}/cancel     401     . . . x x x      . x . x x    .

        # Alerts: of the owners within one's path; a test of e-mail where no mail server is set says so
        GET    /api/v1/alerts                      401     . . x . . x      x x x x x    same
        POST   /api/v1/alerts/{id}/acknowledge     401     . . . x . x      . x . . x    same
        POST   /api/v1/alerts/{id}/silence         401     . . . x . x      . x . . x    same
        GET    /api/v1/alerts/rules                401     . . x . . x      x x x x x    same
        GET    /api/v1/alerts/rules/{id}           401     . . x . . x      x x x x x    same
        PUT    /api/v1/alerts/rules/{id}           401     . . . x . x      . x . . x    same   {"metric":"quota.utilization","scope":{"owner":"acme"},"condition":{"atLeast":0.9}}
        DELETE /api/v1/alerts/rules/{id}           401     . . . x . x      . x . . x    same
        GET    /api/v1/alerts/channels             401     . . x . . x      x x x x x    same
        GET    /api/v1/alerts/channels/{id}        401     . . x . . x      x x x x x    same
        PUT    /api/v1/alerts/channels/{id}        401     . . . x . x      . x . . x    same   {"kind":"email","owner":"acme","to":["ops@example.com"]}
        DELETE /api/v1/alerts/channels/{id}        401     . . . x . x      . x . . x    same
        POST   /api/v1/alerts/channels/{id}/test   401     . . . x . x      . x . . x    same
        GET    /api/v1/alerts/deliveries           401     . . x . . x      x x x x x    same
        POST   /api/v1/alerts/deliveries/{id}/retry   401  . . . x . x      . x . . x    same

        # Recommendations: finance and operators decide; who may not make the change itself is refused by it. The review is the whole installation's
        GET    /api/v1/recommendations             401     . . x . . x      x x x x x    same
        POST   /api/v1/recommendations:review      401     . . . x . x      . x x . x    .
        POST   /api/v1/recommendations/{id}/apply    401   . . . x . x      . x x . x    same
        POST   /api/v1/recommendations/{id}/dismiss  401   . . . x . x      . x x . x    same   {"reason":"No."}
        POST   /api/v1/recommendations/{id}/snooze   401   . . . x . x      . x x . x    same   {"until":"2099-01-01T00:00:00Z"}
        POST   /api/v1/recommendations/{id}/revert   401   . . . x . x      . x x . x    same

        # People and keys
        GET    /api/v1/users                       401     . . . . . x      . . . . x    same
        GET    /api/v1/users/{name}                401     . . . . . x      . . . . x    same
        PUT    /api/v1/users/{name}                401     . . . . . x      . . . . x    same   {"role":"viewer","owner":"acme"}
        DELETE /api/v1/users/{name}                401     . . . . . x      . . . . x    same
        GET    /api/v1/keys                        401     . . . . . x      . . . . x    same
        POST   /api/v1/keys                        401     . . . . . x      . . . . x    same   {"owner":"acme","scopes":["read"]}
        PUT    /api/v1/keys/{id}                   401     . . . . . x      . . . . x    same   {"owner":"acme","scopes":["read"]}
        DELETE /api/v1/keys/{id}                   401     . . . . . x      . . . . x    same

        # What happened
        GET    /api/v1/events                      401     . . x . . x      x x x x x    same
        GET    /api/v1/state                       401     . . x . . x      x x x x x    same
        GET    /api/v1/calibration                 401     . . x . . x      x x x x x    same
        GET    /api/v1/audit                       401     . . x . . x      x x x x x    same
        HUB    Subscribe(overview)                 401     . . x . . x      x x x x x    same
        HUB    Subscribe(pools)                    401     . . x . . x      x x x x x    same
        HUB    Subscribe(pools/open)               401     . . x . . x      x x x x x    same
        HUB    Subscribe(queue)                    401     . . x . . x      x x x x x    same
        ANY    /hubs/engine                        401     x x x x x x      x x x x x    same
        ANY    /hubs/engine/negotiate              401     x x x x x x      x x x x x    same

        # For machines that watch the program
        ANY    /metrics                            401     . . x . . x      x x x x x    .
        GET    /health/live                        in      x x x x x x      x x x x x    same
        GET    /health/ready                       in      x x x x x x      x x x x x    same

        # The description of the API; what it is drawn with is a library, the same everywhere
        GET    /openapi/{documentName}.json        401     x x x x x x      x x x x x    same
        GET    /docs/api/{documentName?}           door    . . . . . .      x x x x x    same
        GET    /docs/api/favicon.svg               in      x x x x x x      x x x x x    same
        GET    /docs/api/scalar.js                 in      x x x x x x      x x x x x    same
        GET    /docs/api/scalar.aspnetcore.js      in      x x x x x x      x x x x x    same

        # Pages: for people alone. What a page shows is asked for from the services above.
        GET    /                                   door    . . . . . .      x x x x x    same
        POST   /                                   door    . . . . . .      form form form form form    same
        GET    /pools                              door    . . . . . .      x x x x x    same
        POST   /pools                              door    . . . . . .      form form form form form    same
        GET    /pools/{Name}                       door    . . . . . .      x x x x x    same
        POST   /pools/{Name}                       door    . . . . . .      form form form form form    same
        GET    /queue                              door    . . . . . .      x x x x x    same
        POST   /queue                              door    . . . . . .      form form form form form    same
        GET    /costs                              door    . . . . . .      x x x x x    same
        POST   /costs                              door    . . . . . .      form form form form form    same
        GET    /quotas                             door    . . . . . .      x x x x x    same
        POST   /quotas                             door    . . . . . .      form form form form form    same
        GET    /prices                             door    . . . . . .      x x x x x    same
        POST   /prices                             door    . . . . . .      form form form form form    same
        GET    /budgets                            door    . . . . . .      x x x x x    same
        POST   /budgets                            door    . . . . . .      form form form form form    same
        GET    /simulator                          door    . . . . . .      x x x x x    same
        POST   /simulator                          door    . . . . . .      form form form form form    same
        GET    /alerts                             door    . . . . . .      x x x x x    same
        POST   /alerts                             door    . . . . . .      form form form form form    same
        GET    /recommendations                    door    . . . . . .      x x x x x    same
        POST   /recommendations                    door    . . . . . .      form form form form form    same
        GET    /audit                              door    . . . . . .      x x x x x    same
        POST   /audit                              door    . . . . . .      form form form form form    same
        GET    /settings                           door    . . . . . .      x x x x x    same
        POST   /settings                           door    . . . . . .      form form form form form    same
        GET    /gallery                            door    . . . . . .      x x x x x    same
        POST   /gallery                            door    . . . . . .      form form form form form    same
        GET    /not-found                          door    . . . . . .      x x x x x    same
        POST   /not-found                          door    . . . . . .      form form form form form    same
        ANY    /_blazor                            door    . . . . . .      x x x x x    same
        ANY    /_blazor/negotiate                  door    . . . . . .      x x x x x    same
        ANY    /_blazor/disconnect                 door    . . . . . .      form form form form form    same
        ANY    /_blazor/initializers               door    . . . . . .      x x x x x    same
        GET    /_framework/opaque-redirect         door    . . . . . .      x x x x x    same

        # The doors themselves, and what they are drawn with
        GET    /sign-in                            in      x x x x x x      x x x x x    same
        POST   /sign-in                            form    form form form form form form   form form form form form    same
        GET*   /sign-in/developer                  link    link link link link link link   link link link link link    same
        POST   /sign-out                           door    . . . . . .      form form form form form    same
        GET    /setup                              link    link link link link link link   link link link link link    same
        POST   /setup                              form    form form form form form form   form form form form form    same
        GET    /setup/installation                 door    . . . . . .      . . . . x    .
        POST   /setup/installation                 door    . . . . . .      form form form form form    same
        GET    /setup/pools                        door    . . . . . .      . . . . x    .
        POST   /setup/pools                        door    . . . . . .      form form form form form    same
        GET    /setup/connect                      door    . . . . . .      . . . . x    .
        POST   /setup/connect                      door    . . . . . .      form form form form form    same
        GET    /theme.css                          in      x x x x x x      x x x x x    same
        GET    (files)                             in      x x x x x x      x x x x x    same

        # Whatever else is asked for does not exist, which only people who are signed in are told
        GET    /{**path:file}                      door    . . . . . .      x x x x x    same
        HEAD   /{**path:file}                      door    . . . . . .      x x x x x    same
        """;


    /// <summary>A row of the table.</summary>
    /// <param name="Entrance">The way in; of the hub with its topic.</param>
    /// <param name="InDevelopmentAlone">True where it exists in Development alone.</param>
    /// <param name="Nobody">What happens to who is not known.</param>
    /// <param name="Keys">By scope, in the order of <see cref="Scopes"/>.</param>
    /// <param name="People">By role, in the order of <see cref="Roles"/>.</param>
    /// <param name="SameBelow">True when the same holds for a path below the root, within that path.</param>
    /// <param name="Body">What is sent.</param>
    internal sealed record Row(Entrance Entrance, bool InDevelopmentAlone, string Nobody, string[] Keys, string[] People, bool SameBelow, string? Body)
    {
        public static Row Parse(string line)
        {
            int body = line.IndexOfAny(['{', '['], line.IndexOf("same", StringComparison.Ordinal) is var same and >= 0 ? same : line.LastIndexOf(" . ", StringComparison.Ordinal));
            string[] cells = (body < 0 ? line : line[..body]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return new Row(
                new Entrance(cells[0].TrimEnd('*'), cells[1]), cells[0].EndsWith('*'), cells[2], cells[3..9], cells[9..14], cells[14] == "same", body < 0 ? null : line[body..]);
        }

        public override string ToString() => $"{Entrance.Method} {Entrance.Address}";
    }
}
