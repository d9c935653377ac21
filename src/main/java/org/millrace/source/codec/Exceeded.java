package org.millrace.source.codec;

/** A codec went beyond a limit. An error, because a codec must not be able to catch it. */
final class Exceeded extends Error {
    private static final long serialVersionUID = 1;

    /** @param what the limit, in words for people; begins with the file and line where the codec was */
    Exceeded(String what) {
        super(what, null, false, false);
    }
}
