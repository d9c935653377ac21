package org.millrace.connector.rest;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.millrace.connector.rest.ConnectorFile.Encoding;
import org.millrace.connector.rest.ConnectorFile.Mode;
import org.millrace.connector.rest.ConnectorFile.Operation;

/** Which keys and variables an operation has; all share one form in the file. */
final class OperationKeys {
    private OperationKeys() {}

    /** Beyond those of every program. */
    static Set<String> variables(String name, Operation op) {
        Set<String> names = new TreeSet<>();
        switch (name) {
            case "find" -> names.addAll(Set.of("ref", "page"));
            case "create" -> names.addAll(Set.of("ref", "asset_id"));
            case "update" -> {
                names.addAll(Set.of("ref", "id", "asset_id"));
                if (op.mode() == Mode.READ_MODIFY_WRITE) {
                    names.add("current");
                }
            }
            case "get", "state", "comment", "reading" -> names.add("id");
            case "attach" -> names.addAll(Set.of("id", "name"));
            case "lookup_asset" -> names.add("number");
            case "assets", "rows" -> names.add("page");
            case "changes" -> names.addAll(Set.of("since", "page"));
            default -> {}
        }
        return names;
    }

    /** Keys given that this operation does not look at. */
    static List<String> misplaced(String name, Operation op) {
        List<String> keys = new ArrayList<>();
        if (op.verify().isPresent() && !name.equals("find")) {
            keys.add("verify");
        }
        if (op.mode() != Mode.PATCH && !name.equals("update")) {
            keys.add("mode");
        }
        if (op.assetNumber().isPresent() && !Set.of("create", "update").contains(name)) {
            keys.add("asset_number");
        }
        if (op.pages().isPresent()
                && !Set.of("find", "changes", "assets", "rows").contains(name)) {
            keys.add("pages");
        }
        if (op.cursor().isPresent() && !name.equals("changes")) {
            keys.add("cursor");
        }
        if ((op.encode() == Encoding.RAW || op.encode() == Encoding.MULTIPART) && !name.equals("attach")) {
            keys.add("encode");
        }
        if (op.body().isPresent() && op.encode() != Encoding.JSON) {
            keys.add("body");
        }
        if (!op.form().isEmpty() && op.encode() != Encoding.FORM && op.encode() != Encoding.MULTIPART) {
            keys.add("form");
        }
        if ((op.id().isPresent() || op.number().isPresent())
                && Set.of("update", "state", "comment", "attach", "reading", "assets", "rows")
                        .contains(name)) {
            keys.add(op.id().isPresent() ? "id" : "number");
        }
        return keys;
    }
}
