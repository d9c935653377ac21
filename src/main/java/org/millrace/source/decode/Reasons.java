package org.millrace.source.decode;

/** Why a payload, or one part of it, gave no reading. Labels of metrics and of the dead letters: append only. */
public final class Reasons {
    /** Not JSON, cut off, not UTF-8, nested too deep, a key twice in one object. */
    public static final String MALFORMED = "malformed";
    /** No bytes at all; MQTT clears a retained message this way. */
    public static final String EMPTY = "empty";
    /** Longer than {@link DecodeStep#MAX_PAYLOAD}. */
    public static final String TOO_LARGE = "too-large";
    /** No decoder of that name. */
    public static final String NO_DECODER = "no-decoder";
    /** The map of the format does not compile. */
    public static final String BAD_MAP = "bad-map";
    /** An uplink the network server could not decode: it needs a codec in the device profile. */
    public static final String NO_OBJECT = "no-object";
    /** A well-formed payload that names no device. */
    public static final String NO_DEVICE = "no-device";
    /** A well-formed payload without a single reading. */
    public static final String NO_READINGS = "no-readings";
    /** A codec failed, said that it cannot read the bytes, or is missing. */
    public static final String CODEC = "codec";
    /** A LoRaWAN event that is not an uplink (join, status, ack, txack, log, location). */
    public static final String NOT_UPLINK = "not-uplink";
    /** A time that cannot be read without guessing. */
    public static final String BAD_TIME = "bad-time";
    /** One field that holds neither a number, text, true, false nor null. */
    public static final String WRONG_TYPE = "wrong-type";

    /** A Sparkplug metric by an alias whose birth has not been seen; a rebirth has been asked for. */
    public static final String NO_BIRTH = "no-birth";
    /** A Siemens Industrial Edge value by an id that no metadata explains. */
    public static final String NO_METADATA = "no-metadata";
    /** A Bluetooth advertisement of another maker or in a format that is not read. */
    public static final String OTHER_FORMAT = "other-format";

    private Reasons() {}
}
