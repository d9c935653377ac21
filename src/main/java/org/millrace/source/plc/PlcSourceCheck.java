package org.millrace.source.plc;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.plc4x.java.api.PlcDriverManager;
import org.apache.plc4x.java.api.exceptions.PlcRuntimeException;
import org.apache.plc4x.java.modbus.base.tag.ModbusTagHandler;
import org.millrace.config.DidYouMean;
import org.millrace.config.Positions;
import org.millrace.config.Problem;

/** What can be told of a PLC source without its PLC. */
public final class PlcSourceCheck {
    /** PLC4X: {@code protocol[:transport]://host[:port][?options]}. */
    private static final Pattern CONNECTION =
            Pattern.compile("(?<protocol>[a-z0-9-]+)(:[a-z0-9-]+)?://(?<host>[^/?#\\s]+)[^\\s]*");

    private PlcSourceCheck() {}

    public static List<Problem> problems(PlcSourceFile file, Positions positions) {
        List<Problem> problems = new ArrayList<>();
        Matcher connection = CONNECTION.matcher(file.connection());
        if (!connection.matches()) {
            problems.add(positions
                    .of(file, "connection")
                    .error(
                            "'" + file.connection() + "' is not a PLC4X connection",
                            "write protocol://host:port, e.g. modbus-tcp://10.0.0.7:502"));
        } else {
            Set<String> protocols = new TreeSet<>(PlcDriverManager.getDefault().getProtocolCodes());
            String protocol = connection.group("protocol");
            if (!protocols.contains(protocol)) {
                problems.add(positions
                        .of(file, "connection")
                        .error("there is no driver for '" + protocol + "'", DidYouMean.hint(protocol, protocols)));
            }
        }
        file.scan().forEach((name, every) -> {
            if (every.isZero() || every.isNegative()) {
                problems.add(positions
                        .of(file, "scan." + name)
                        .error("the scan class '" + name + "' has no period", "write e.g. 250ms or 5s"));
            }
        });
        return problems;
    }

    /**
     * What is wrong with a tag's {@code address:}, as the driver itself would say; only Modbus is known without a
     * connection.
     */
    public static Optional<String> addressProblem(PlcSourceFile file, String address) {
        if (!file.connection().toLowerCase(Locale.ROOT).startsWith("modbus")) {
            return Optional.empty();
        }
        try {
            new ModbusTagHandler().parseTag(address);
            return Optional.empty();
        } catch (PlcRuntimeException | IllegalArgumentException e) {
            return Optional.of("'" + address + "' is not a Modbus address");
        }
    }
}
