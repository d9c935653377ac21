package org.millrace.console;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.millrace.console.Api.Answer;
import org.millrace.console.Api.Endpoint;
import org.millrace.erp.DocumentRow;

/** {@code /documents}: what is on its way to ERP systems, and another try for what was refused. */
final class DocumentApi {
    private static final int LONGEST = 200;

    private final ConsoleData data;

    DocumentApi(ConsoleData data) {
        this.data = data;
    }

    List<Endpoint> endpoints() {
        return List.of(Api.get("/documents", this::list), Api.post("/documents/retry", this::retry));
    }

    private Answer list(RoutingContext c) {
        return Answer.json(ConsoleJson.shape(
                "items",
                data.documents(Api.limit(c)).stream().map(DocumentApi::document).toList()));
    }

    private Answer retry(RoutingContext c) {
        JsonObject body = Api.body(c);
        return Api.outcome(data.retryDocument(
                Api.text(body, "system", LONGEST), Api.text(body, "reference", LONGEST), Api.user(body)));
    }

    private static Map<String, Object> document(DocumentRow row) {
        return ConsoleJson.shape(
                "system", row.system(),
                "reference", row.reference(),
                "document", row.document().kind().word(),
                "asset", row.document().equipment().asset(),
                "state", row.state().name().toLowerCase(Locale.ROOT),
                "number", row.number(),
                "note", row.note(),
                "attempts", row.attempts(),
                "created", ConsoleJson.time(row.created()),
                "updated", ConsoleJson.time(row.updated()));
    }
}
