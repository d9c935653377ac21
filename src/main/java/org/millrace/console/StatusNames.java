package org.millrace.console;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * OPC UA StatusCodes in words. The lower 16 bits are flags and info bits; the name is in the upper 16.
 *
 * @see <a href="https://reference.opcfoundation.org/Core/Part4/v105/docs/7.39.2">OPC 10000-4 §7.39.2</a>
 */
final class StatusNames {
    private static final Map<Integer, String> NAMES = new HashMap<>();

    static {
        String[] table = {
            "0000 Good",
            "002D GoodSubscriptionTransferred",
            "002E GoodCompletesAsynchronously",
            "002F GoodOverload",
            "0030 GoodClamped",
            "0096 GoodLocalOverride",
            "00A2 GoodEntryInserted",
            "00A5 GoodNoData",
            "00BA GoodResultsMayBeIncomplete",
            "4000 Uncertain",
            "406C UncertainReferenceOutOfServer",
            "408F UncertainNoCommunicationLastUsableValue",
            "4090 UncertainLastUsableValue",
            "4091 UncertainSubstituteValue",
            "4092 UncertainInitialValue",
            "4093 UncertainSensorNotAccurate",
            "4094 UncertainEngineeringUnitsExceeded",
            "4095 UncertainSubNormal",
            "40A4 UncertainDataSubNormal",
            "8000 Bad",
            "8001 BadUnexpectedError",
            "8002 BadInternalError",
            "8003 BadOutOfMemory",
            "8004 BadResourceUnavailable",
            "8005 BadCommunicationError",
            "8006 BadEncodingError",
            "8007 BadDecodingError",
            "800A BadTimeout",
            "800B BadServiceUnsupported",
            "800C BadShutdown",
            "800D BadServerNotConnected",
            "800E BadServerHalted",
            "8010 BadTooManyOperations",
            "8013 BadSecurityChecksFailed",
            "8018 BadIdentityTokenInvalid",
            "801F BadUserAccessDenied",
            "8025 BadSessionIdInvalid",
            "8026 BadSessionClosed",
            "8028 BadSubscriptionIdInvalid",
            "8031 BadNoCommunication",
            "8032 BadWaitingForInitialData",
            "8033 BadNodeIdInvalid",
            "8034 BadNodeIdUnknown",
            "8035 BadAttributeIdInvalid",
            "803A BadNotReadable",
            "803B BadNotWritable",
            "803C BadOutOfRange",
            "803D BadNotSupported",
            "803E BadNotFound",
            "8074 BadTypeMismatch",
            "8089 BadConfigurationError",
            "808A BadNotConnected",
            "808B BadDeviceFailure",
            "808C BadSensorFailure",
            "808D BadOutOfService",
            "808E BadDeadbandFilterInvalid",
            "809B BadNoData",
            "80AE BadConnectionClosed",
            "80AF BadInvalidState",
        };
        for (String line : table) {
            NAMES.put(Integer.parseInt(line.substring(0, 4), 16), line.substring(5));
        }
    }

    private StatusNames() {}

    /** {@code BadSensorFailure}; a code without a name keeps its severity: {@code Bad 0x80FF0000}. */
    static String of(int code) {
        String name = NAMES.get(code >>> 16);
        if (name != null) {
            return name;
        }
        String severity = code < 0 ? "Bad" : (code & 0x40000000) != 0 ? "Uncertain" : "Good";
        return severity + String.format(Locale.ROOT, " 0x%08X", code);
    }
}
