package org.millrace.connector.rest;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.config.Default;
import org.millrace.config.Doc;
import org.millrace.config.Kind;
import org.millrace.config.Secret;
import org.millrace.connector.OrderClient;

/** A remote system of work orders: {@code connectors-config/cmms/<id>.yaml}. */
@Kind("Connector")
@Doc("A CMMS, ERP or ticket system reached by REST: how to log in, what to send, what its answers mean."
        + " Texts marked jq are jq programs; path, header and headers are texts with {names}. docs/connectors/README.md"
        + " tells what both may use.")
public record ConnectorFile(
        @Doc("Id by which routes name it: hub:cmms/<id>.") String id,

        @Doc("What people call the system.") @Default("") String title,

        @Doc("Where the system is; paths of operations are appended.")
        String baseUrl,

        @Doc("How the hub shows who it is.") @Default("{}") Auth auth,

        @Doc("Names of this plant in that system, used as $settings.name in jq and {settings.name} in paths.")
        Map<String, String> settings,

        @Doc("Headers of every request; texts with {names}.")
        Map<String, String> headers,

        @Doc("Timeouts, proxy, trusted certificates.") @Default("{}")
        Connection connection,

        @Doc("How fast the hub may ask.") @Default("{}") Limits limits,

        @Doc("How much text fits.") @Default("{}") Fields fields,

        @Doc("Whether the system gives its texts back escaped for HTML (&gt; for >); the engine then undoes it.")
        @Default("false")
        boolean htmlEscaped,

        @Doc("Where things stand in an order as the system shows it.") @Default("{}")
        OrderFields order,

        @Doc("Where things stand in an asset as the register of the system shows it: for hub assets import.")
        @Default("{}")
        AssetFields asset,

        @Doc("What the hub may ask of the system; find and create are needed.")
        Operations operations,

        @Doc("Which answers are a success.") @Default("{}") Success success,

        @Doc("What the other answers mean.") @Default("{}") Retry retry,

        @Doc("The system's own words.") Words map,

        @Doc("How the hub keeps its orders there: language, pauses, link.") @Default("{}")
        Keeping orders)
        implements SystemFile {

    /** How the hub shows who it is. */
    public enum AuthKind {
        NONE,
        BASIC,
        BEARER,
        API_KEY,
        OAUTH2_CLIENT_CREDENTIALS,
        LOGIN,
        CSRF,
        HMAC_QUERY;

        /** A token is fetched by a request of its own, and fetched again when it is refused. */
        public boolean fetches() {
            return this == OAUTH2_CLIENT_CREDENTIALS || this == LOGIN || this == CSRF;
        }
    }

    public enum Content {
        ANY,
        EMPTY,
        FILLED
    }

    public enum Mode {
        PATCH,
        READ_MODIFY_WRITE
    }

    /** How a body leaves the hub. */
    public enum Encoding {
        JSON,
        FORM,
        MULTIPART,
        RAW
    }

    public enum Verdict {
        OK,
        RETRYABLE,
        THROTTLED,
        UNAUTHORIZED,
        PERMANENT,
        UNKNOWN
    }

    public enum Format {
        JSON,
        ANY
    }

    public record Auth(
            @Doc("none, basic, bearer, api-key, oauth2-client-credentials, login (a request that brings a token, also"
                    + " sessions), csrf (basic and a fetched token with cookies) or hmac-query (signed queries).")
            @Default("none")
            AuthKind kind,

            @Doc("User name, client id or access key: $user in jq.") @Default("")
            String user,

            @Doc("Password, token, client secret or signing key by reference: $secret in jq.")
            Optional<Secret> secret,

            @Doc("api-key: name of the header. login and hmac-query: the header sent, default"
                    + " \"Authorization: Bearer {token}\" and \"Authorization: {token}\".")
            Optional<String> header,

            @Doc("api-key: name of the query parameter, instead of a header.")
            Optional<String> query,

            @Doc(
                    "login, csrf, oauth2-client-credentials: where the token is fetched; for oauth2 also a whole https URL.")
            @Default("")
            String path,

            @Doc("login: method of that request.") @Default("POST")
            String method,

            @Doc("login: body of that request, jq with $user and $secret.")
            Optional<String> body,

            @Doc("login: where the token is in the answer, jq.") @Default(".token")
            String token,

            @Doc("oauth2-client-credentials: scope asked for.")
            Optional<String> scope,

            @Doc("login: a new token is fetched when this old; without it only when the old one is refused.")
            Optional<Duration> ttl,

            @Doc("hmac-query: query parameters added to every request, each jq.")
            Map<String, String> sign,

            @Doc("Answers that say the token is not valid (any more). After one new login the request is sent once"
                    + " more; refused again it is unauthorized. Default: status 401.")
            List<Condition> reloginOn) {

        List<Condition> refusals() {
            return reloginOn.isEmpty()
                    ? List.of(new Condition(401, Content.ANY, Optional.empty(), Optional.empty()))
                    : reloginOn;
        }
    }

    public record Condition(
            @Doc("HTTP status.") int status,

            @Doc("Whether the answer has a body: any, empty or filled.") @Default("any")
            Content body,

            @Doc("A header the answer has, \"name: value\"; case does not matter.")
            Optional<String> header,

            @Doc("jq over the body that gives true.") Optional<String> if_) {}

    public record Connection(
            @Doc("Longest wait for the connection.") @Default("5s")
            Duration connect,

            @Doc("Longest wait for the whole answer.") @Default("30s")
            Duration read,

            @Doc("Largest answer read, in KiB.") @Default("4096")
            int maxAnswerKib,

            @Doc("HTTP proxy, host:port.") Optional<String> proxy,

            @Doc("PEM file of certificates to trust instead of the Java ones, relative to the home folder.")
            Optional<String> trust) {}

    public record Limits(
            @Doc("Most requests in any 60 s; 0 = no limit.") @Default("0")
            int perMinute,

            @Doc("Most requests in any 60 minutes; 0 = no limit.") @Default("0")
            int perHour,

            @Doc("Most requests at once.") @Default("2") int concurrency,

            @Doc("Longest a request waits for its turn; then the answer is throttled.") @Default("10s")
            Duration maxWait) {}

    public record Fields(
            @Doc("Most characters of a title, 0 = no limit; a longer one is cut at a word.") @Default("0")
            int title,

            @Doc("Most characters of a text before the reference is added, 0 = no limit.") @Default("0")
            int text,

            @Doc("Most characters of a reference, 0 = no limit, else 16 or more; a longer one is replaced by its hash.")
            @Default("0")
            int reference) {}

    public record OrderFields(
            @Doc("jq: the key by which the system addresses it.") @Default(".id")
            String id,

            @Doc("jq: what people call it; the id when nothing comes out.")
            Optional<String> number,

            @Doc("jq: the system's word for its state.") @Default(".status")
            String state,

            @Doc("jq: the hub's reference in it.") Optional<String> reference,

            @Doc("jq: when it was last changed: ISO 8601, seconds or milliseconds since 1970, or /Date(ms)/.")
            Optional<String> updated,

            @Doc("jq: true when a person has worked on it.") Optional<String> touched,

            @Doc("IANA zone of times without one.") @Default("UTC")
            String zone) {}

    public record AssetFields(
            @Doc("jq: the key by which the system addresses it.") @Default(".id")
            String id,

            @Doc("jq: the number on its label; the id when nothing comes out.")
            Optional<String> number,

            @Doc("jq: what people call it; the number when nothing comes out.") @Default(".name")
            String name,

            @Doc("jq: the key of the asset it is part of.") Optional<String> parent,

            @Doc("jq: where it stands, a text or a list of texts from the outside inwards.")
            Optional<String> location,

            @Doc("jq: what kind of machine it is; becomes its class.") @Default("empty")
            String class_,

            @Doc("jq: A, B or C; nothing leaves it open.") Optional<String> criticality,

            @Doc("jq by key: what the asset file's cmms shall say; default: equipment is the number.")
            Map<String, String> cmms,

            @Doc("jq over an answer of operations.assets: how many there are, for the progress.")
            Optional<String> total,

            @Doc("Path below which imported assets stand, e.g. acme/lyon; default: that of the assets there are.")
            Optional<String> under) {}

    public record Operations(
            @Doc("Orders that carry a reference ($ref), open or not.")
            Operation find,

            @Doc("One order by its id ($id).") Optional<Operation> get,
            @Doc("A new order; . is the ticket.") Operation create,

            @Doc("Title, text, severity and due time of an order ($id) to those of the ticket.")
            Optional<Operation> update,

            @Doc("State of an order; . is {state, note}, $map.state[.state] the system's word.")
            Optional<Operation> state,

            @Doc("Adds words to an order; . is {text}.") Optional<Operation> comment,

            @Doc("Adds a file to an order; . is {name, media_type, base64}.")
            Optional<Operation> attach,

            @Doc("A meter reading; . is {asset, meter, value, unit, time}.")
            Optional<Operation> reading,

            @Doc("The system's id of an asset; . is {number}.")
            Optional<Operation> lookupAsset,

            @Doc("Orders changed since $since, oldest first.")
            Optional<Operation> changes,

            @Doc("The register of assets, page by page ($page): for hub assets import.")
            Optional<Operation> assets) {

        /** Those there are, by the key they stand under, in the order of the reference. */
        Map<String, Operation> named() {
            Map<String, Operation> all = new LinkedHashMap<>();
            all.put("find", find);
            get.ifPresent(op -> all.put("get", op));
            all.put("create", create);
            update.ifPresent(op -> all.put("update", op));
            state.ifPresent(op -> all.put("state", op));
            comment.ifPresent(op -> all.put("comment", op));
            attach.ifPresent(op -> all.put("attach", op));
            reading.ifPresent(op -> all.put("reading", op));
            lookupAsset.ifPresent(op -> all.put("lookup_asset", op));
            changes.ifPresent(op -> all.put("changes", op));
            assets.ifPresent(op -> all.put("assets", op));
            return all;
        }
    }

    public record Operation(
            @Doc("GET, POST, PUT, PATCH or DELETE.") @Default("GET")
            String method,

            @Doc("Path below the base URL, with {names}.") String path,

            @Doc("Query parameters, each jq; null leaves the parameter out, a list repeats it.")
            Map<String, String> query,

            @Doc("Headers of this request; texts with {names}.")
            Map<String, String> headers,

            @Doc("Body, jq; sent as JSON.") Optional<String> body,

            @Doc("Fields of a form, each jq; with encode: form or multipart.")
            Map<String, String> form,

            @Doc("json, form, multipart or raw (the last two for attach only).") @Default("json")
            Encoding encode,

            @Doc("multipart: name of the file's field.") @Default("file")
            String fileField,

            @Doc("jq: the order, or the orders, in the answer; lists are unrolled.") @Default(".")
            String items,

            @Doc("find: jq over a found order that gives true when it carries $ref; default: its reference is $ref.")
            Optional<String> verify,

            @Doc("jq over items: its id, where it differs from order.id.")
            Optional<String> id,

            @Doc("jq over items: its number, where it differs from order.number.")
            Optional<String> number,

            @Doc("update: patch sends the body as it is; read-modify-write reads the order first ($current).")
            @Default("patch")
            Mode mode,

            @Doc(
                    "create and update: jq over the ticket that gives the number to look up the asset by; $asset_id is what"
                            + " lookup_asset found, or null.")
            Optional<String> assetNumber,

            @Doc("get and lookup_asset: statuses that say there is none.") @Default("[404, 410]")
            List<Integer> gone,

            @Doc("find, changes and assets: how to go on to the next page.")
            Optional<Pages> pages,

            @Doc("changes: how the system writes and compares times.")
            Optional<Cursor> cursor,

            @Doc("changes: how often to ask.") @Default("30s")
            Duration every) {}

    public record Pages(
            @Doc("jq: $page of the first request.") @Default("null")
            String first,

            @Doc("jq over the answer: $page of the next request, null when this was the last.")
            String next,

            @Doc("Most pages of one call; the rest comes with the next call.") @Default("20")
            int most) {}

    public record Cursor(
            @Doc("How $since is written: iso, epoch-millis, epoch-seconds or a Java date pattern.") @Default("iso")
            String format,

            @Doc("IANA zone of the pattern.") @Default("UTC")
            String zone,

            @Doc("How far back each call looks behind the last change seen: late commits and clocks that differ.")
            @Default("2m")
            Duration overlap) {}

    public record Success(
            @Doc("Statuses, e.g. 200 or 2xx.") @Default("[2xx]")
            List<String> status,

            @Doc("jq over the body that gives true when it is a failure all the same.")
            Optional<String> unless,

            @Doc("jq over the body of a failure: what it says; default: its message or error.")
            Optional<String> error,

            @Doc("json: an answer that is not JSON is not understood; any: it does not matter.") @Default("json")
            Format body) {}

    public record Retry(
            @Doc("Statuses: too many calls; Retry-After is obeyed.") @Default("[429]")
            List<Integer> throttled,

            @Doc("Statuses: not done, may work later.") @Default("[408, 425, 503]")
            List<Integer> retryable,

            @Doc("Statuses: may have been done. A timeout or reset after sending always counts as such.")
            @Default("[500, 502, 504]")
            List<Integer> unknownAfterSend,

            @Doc("Statuses: never with this request; so are all others of 4xx.") @Default("[400, 404, 406, 409, 422]")
            List<Integer> permanent,

            @Doc("By the body; the first that holds decides, before all else.")
            List<When> when) {}

    public record When(
            @Doc("jq over the body that gives true; $status and $headers are the answer's.")
            String if_,

            @Doc("ok, retryable, throttled, unauthorized, permanent or unknown.")
            Verdict is,

            @Doc("jq: seconds to wait, with is: throttled.") Optional<String> after) {}

    public record Words(
            @Doc("critical, major, minor and info in the system's words: $map.severity in jq.")
            Map<String, String> severity,

            @Doc("open, in_progress, on_hold, done and cancelled: the system's words for each, the first is written;"
                    + " [] where it has none.")
            Map<String, List<String>> state,

            @Doc("What a state that is not listed is taken for: open, in_progress, on_hold, done, cancelled.")
            @Default("open")
            String otherState) {

        /** What a word of the system means; empty when it is in no list. */
        Optional<OrderClient.State> meaning(String raw) {
            for (OrderClient.State candidate : OrderClient.State.values()) {
                if (state.getOrDefault(word(candidate), List.of()).contains(raw)) {
                    return Optional.of(candidate);
                }
            }
            return Optional.empty();
        }

        /** The word to write; empty when the system has none. */
        Optional<String> written(OrderClient.State wanted) {
            return state.getOrDefault(word(wanted), List.of()).stream().findFirst();
        }

        OrderClient.State other() {
            return OrderClient.State.valueOf(otherState.toUpperCase(java.util.Locale.ROOT));
        }
    }

    /** How orders are kept; docs/work-orders.md says what for. */
    public record Keeping(
            @Doc("Language of titles, texts and comments: en, fr or de; default: that of hub.yaml.")
            Optional<String> language,

            @Doc("Address of an order for people, with {id} and {number}.")
            Optional<String> link,

            @Doc(
                    "Last part of the address at which the system says that something changed, so that it is asked at once:"
                            + " POST /hooks/<id>/<webhook>. By reference: {{file-secret:name}} or {{env:NAME}}.")
            Optional<Secret> webhook,

            @Doc("How long the system may need to carry out what it was sent: after an answer that got lost the order"
                    + " is looked for no sooner.")
            @Default("60s")
            Duration settle,

            @Doc("Least time between two comments on an order; doubles with each, up to a day.") @Default("15m")
            Duration commentEvery,

            @Doc("How often an open order is looked for doubles.") @Default("1h")
            Duration checkEvery,

            @Doc("How long a condition must be over before close_when_cleared closes its order.") @Default("10m")
            Duration closeAfter,

            @Doc("Pause after a failed call; doubles with each failure.") @Default("2s")
            Duration firstPause,

            @Doc("Longest pause.") @Default("5m") Duration longestPause,

            @Doc("Creations or changes that may end in the unknown before they become a dead letter.") @Default("8")
            int maxAttempts) {}

    /** As written in files and in jq: {@code in_progress}. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(java.util.Locale.ROOT);
    }
}
