package org.millrace.connector.rest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.millrace.config.Positions;
import org.millrace.config.Problem;
import org.millrace.connector.rest.ErpConnectorFile.Document;
import org.millrace.connector.rest.ErpConnectorFile.Lookup;
import org.millrace.connector.rest.ErpConnectorFile.Request;
import org.millrace.connector.rest.ErpConnectorFile.Step;

/** What can be told of an ERP connector without its system. A file without errors makes {@link RestDocuments}. */
public final class ErpConnectorCheck {
    private static final int LEAST_REFERENCE = 16;

    private final ErpConnectorFile file;
    private final Positions positions;
    private final List<Problem> problems = new ArrayList<>();
    private final ProgramCheck programs;
    private final AccessCheck access;

    private ErpConnectorCheck(ErpConnectorFile file, Positions positions) {
        this.file = file;
        this.positions = positions;
        this.programs = new ProgramCheck(file, positions, problems);
        this.access = new AccessCheck(file, positions, problems);
    }

    public static List<Problem> problems(ErpConnectorFile file, Positions positions) {
        ErpConnectorCheck check = new ErpConnectorCheck(file, positions);
        check.access.check();
        check.reference();
        check.sending();
        if (file.documents().named().isEmpty()) {
            check.problems.add(positions
                    .ofKey(file, "documents")
                    .error("the system takes no document", "production_confirmation: { find: …, create: … }"));
        }
        file.documents().named().values().forEach(check::document);
        return check.problems;
    }

    private void reference() {
        int length = file.referenceLength();
        if (length != 0 && length < LEAST_REFERENCE) {
            error(
                    file,
                    "reference_length",
                    "a reference of " + length + " characters is too short to be unique",
                    "at least " + LEAST_REFERENCE + "; or keep it in a text of the document");
        }
    }

    private void sending() {
        ErpConnectorFile.Sending sending = file.sending();
        Map<String, Duration> pauses = new LinkedHashMap<>();
        pauses.put("settle", sending.settle());
        pauses.put("first_pause", sending.firstPause());
        pauses.put("longest_pause", sending.longestPause());
        pauses.put("recheck", sending.recheck());
        pauses.forEach((key, pause) -> {
            if (pause.isZero() || pause.isNegative()) {
                error(sending, key, key + " must be longer than nothing", "leave it out for its default");
            }
        });
        if (sending.maxAttempts() < 1) {
            error(sending, "max_attempts", "max_attempts is " + sending.maxAttempts(), "at least 1; 8 is usual");
        }
    }

    private void document(Document document) {
        Set<String> given = AccessCheck.with("ref", "uuid", "document");
        Set<String> found = plus(given, "status", "headers");
        request(document.find(), given);
        programs.check(document, "verify", document.verify(), found);
        programs.check(document, "id", document.id(), found);
        document.number().ifPresent(text -> programs.check(document, "number", text, found));
        Set<String> known = new TreeSet<>(given);
        Set<String> names = new HashSet<>();
        for (Lookup lookup : document.lookups()) {
            lookup(lookup, known, names);
            known.add(lookup.name());
        }
        request(document.create(), known);
        if (document.create().body().isEmpty()) {
            error(document.create(), "path", "create sends nothing", "body: '{reference: $ref, …}'");
        }
        Set<String> there = plus(given, "id", "there");
        Set<String> steps = new HashSet<>();
        for (Step step : document.then()) {
            if (!steps.add(step.name())) {
                error(step, "name", "a second step has the name '" + step.name() + "'", "give it a name of its own");
            }
            programs.check(step, "if", step.if_(), plus(found, "id"));
            step.unless().ifPresent(unless -> request(unless, there));
            request(step.call(), there);
        }
    }

    private void lookup(Lookup lookup, Set<String> known, Set<String> names) {
        if (!lookup.name().matches("[a-z][a-z0-9_]*") || known.contains(lookup.name())) {
            error(
                    lookup,
                    "name",
                    "'" + lookup.name() + "' cannot name a variable here",
                    "small letters, digits and _, and none of: " + String.join(", ", known));
        }
        if (!names.add(lookup.name())) {
            error(lookup, "name", "a second lookup has the name '" + lookup.name() + "'", "give it a name of its own");
        }
        lookup.each().ifPresent(text -> programs.check(lookup, "each", text, known));
        request(lookup.request(), lookup.each().isPresent() ? plus(known, "each") : known);
    }

    private void request(Request request, Set<String> variables) {
        access.method(request, request.method());
        if (!request.path().startsWith("/")) {
            error(request, "path", "'" + request.path() + "' is not a path below base_url", "begin with /");
        }
        access.template(request, "path", request.path(), variables);
        access.headers(request, "headers", request.headers(), variables);
        request.query().forEach((key, text) -> programs.check(request, "query." + key, text, variables));
        request.body().ifPresent(text -> programs.check(request, "body", text, variables));
        Set<String> answered = plus(variables, "status", "headers");
        programs.check(request, "items", request.items(), answered);
        request.id().ifPresent(text -> programs.check(request, "id", text, answered));
        if (request.method().equals("GET") && request.body().isPresent()) {
            error(request, "method", "a GET has no body", "method: POST");
        }
    }

    private static Set<String> plus(Set<String> names, String... more) {
        Set<String> all = new TreeSet<>(names);
        all.addAll(List.of(more));
        return all;
    }

    private void error(Record of, String key, String message, String hint) {
        problems.add(positions.of(of, key).error(message, hint));
    }
}
