package org.millrace.connector.rest;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.config.Default;
import org.millrace.config.Doc;
import org.millrace.config.Kind;
import org.millrace.erp.DocumentKind;

/** An ERP system reached by REST: {@code connectors-config/erp/<id>.yaml}. */
@Kind("ErpConnector")
@Doc("An ERP system reached by REST or JSON-RPC: how to log in, and how production confirmations, purchase requests and"
        + " reservations are found and created there. Texts marked jq are jq programs in which . is the document unless"
        + " said otherwise; docs/erp.md tells what they may use.")
public record ErpConnectorFile(
        @Doc("Id by which routes name it: hub:erp/<id>.") String id,

        @Doc("What people call the system.") @Default("") String title,

        @Doc("Where the system is; paths are appended.") String baseUrl,

        @Doc("How the hub shows who it is.") @Default("{}") ConnectorFile.Auth auth,

        @Doc("Names of this plant in that system, used as $settings.name in jq and {settings.name} in paths.")
        Map<String, String> settings,

        @Doc("Headers of every request; texts with {names}.")
        Map<String, String> headers,

        @Doc("Timeouts, proxy, trusted certificates.") @Default("{}")
        ConnectorFile.Connection connection,

        @Doc("How fast the hub may ask.") @Default("{}") ConnectorFile.Limits limits,

        @Doc("Whether the system gives its texts back escaped for HTML (&gt; for >); the engine then undoes it.")
        @Default("false")
        boolean htmlEscaped,

        @Doc("Most characters of a reference, 0 = no limit, else 16 or more; a longer one is replaced by its hash.")
        @Default("0")
        int referenceLength,

        @Doc("What the system takes.") Kinds documents,
        @Doc("Which answers are a success.") @Default("{}") ConnectorFile.Success success,

        @Doc("What the other answers mean.") @Default("{}") ConnectorFile.Retry retry,

        @Doc("How patient the hub is with the system.") @Default("{}")
        Sending sending)
        implements SystemFile {

    public record Kinds(
            @Doc("What a machine made in a shift or for an order.")
            Optional<Document> productionConfirmation,

            @Doc("A material to be bought.") Optional<Document> purchaseRequest,

            @Doc("Spare parts held back for a work order.") Optional<Document> materialReservation) {

        Map<DocumentKind, Document> named() {
            Map<DocumentKind, Document> all = new EnumMap<>(DocumentKind.class);
            productionConfirmation.ifPresent(one -> all.put(DocumentKind.PRODUCTION_CONFIRMATION, one));
            purchaseRequest.ifPresent(one -> all.put(DocumentKind.PURCHASE_REQUEST, one));
            materialReservation.ifPresent(one -> all.put(DocumentKind.MATERIAL_RESERVATION, one));
            return all;
        }
    }

    /** One kind of document. */
    public record Document(
            @Doc("Finds those that may carry the reference ($ref); items are what is found.")
            Request find,

            @Doc("jq over what is found that gives true when it carries exactly $ref.")
            String verify,

            @Doc("jq over what is found: the key by which the system addresses it.") @Default(".id")
            String id,

            @Doc("jq over what is found: what people call it; the id when nothing comes out.")
            Optional<String> number,

            @Doc("What the system must be asked before a creation: its own keys of materials and the like.")
            List<Lookup> lookups,

            @Doc("Creates it; items is what was created.") Request create,

            @Doc("Steps that bring what is found to its end, e.g. submit or post. After each it is found again.")
            List<Step> then) {}

    public record Request(
            @Doc("GET, POST, PUT, PATCH or DELETE.") @Default("GET")
            String method,

            @Doc("Path below the base URL, with {names}.") String path,

            @Doc("Query parameters, each jq; null leaves the parameter out, a list repeats it.")
            Map<String, String> query,

            @Doc("Headers of this request; texts with {names}.")
            Map<String, String> headers,

            @Doc("Body, jq; sent as JSON.") Optional<String> body,

            @Doc("jq over the answer: the item, or the items; lists are unrolled.") @Default(".")
            String items,

            @Doc("create: jq over the item: its id, where it differs from that of what is found.")
            Optional<String> id) {}

    public record Lookup(
            @Doc(
                    "Name of the variable it gives: $name is the first item, null when nothing is found and it is optional.")
            String name,

            @Doc("jq: looked up for each of these ($each); $name is then the list of what was found.")
            Optional<String> each,

            @Doc("Whether the document is created also when nothing is found.") @Default("false")
            boolean optional,

            @Doc("What is asked.") Request request) {}

    public record Step(
            @Doc("Name of the step, for people.") String name,

            @Doc(
                    "jq over what is found ($id is its id): true when this step is next. The first that holds is taken; when"
                            + " none does, the document is done.")
            String if_,

            @Doc("Asked before: when it brings an item the step has been taken already, and the next one is looked at.")
            Optional<Request> unless,

            @Doc("What is done; $there is what was found.") Request call) {}

    public record Sending(
            @Doc(
                    "How long the system may need to carry out what it was sent: after an answer that got lost the document is"
                            + " looked for no sooner.")
            @Default("60s")
            Duration settle,

            @Doc("Pause after a failed call; doubles with each failure.") @Default("2s")
            Duration firstPause,

            @Doc("Longest pause.") @Default("5m") Duration longestPause,

            @Doc("How often a step that the system takes without moving (no stock, for instance) is tried again.")
            @Default("15m")
            Duration recheck,

            @Doc("Answers that may get lost before a person must look.") @Default("8")
            int maxAttempts) {}

    /** An ERP has no work orders here. */
    @Override
    public ConnectorFile.Words map() {
        return new ConnectorFile.Words(Map.of(), Map.of(), "open");
    }
}
