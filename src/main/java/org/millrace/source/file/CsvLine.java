package org.millrace.source.file;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.util.Arrays;
import java.util.List;

/**
 * One line to cells. A cell cannot go over the end of a line: so a quote that nobody closed costs one line, not the rest
 * of the file.
 */
final class CsvLine {
    /** The line is none. */
    static final class BadLineException extends Exception {
        private final int column;
        private final String hint;

        BadLineException(int column, String message, String hint) {
            super(message);
            this.column = column;
            this.hint = hint;
        }

        /** From 1, in characters. */
        int column() {
            return column;
        }

        String hint() {
            return hint;
        }
    }

    private static final String BOM = "\uFEFF";

    private final Charset charset;
    private final char separator;
    private final int quote;
    private final ObjectReader reader;

    CsvLine(Charset charset, char separator, String quote) {
        this.charset = charset;
        this.separator = separator;
        this.quote = quote.equals("none") ? -1 : quote.charAt(0);
        CsvSchema schema = CsvSchema.emptySchema().withColumnSeparator(separator);
        this.reader = CsvMapper.builder()
                .enable(CsvParser.Feature.WRAP_AS_ARRAY)
                .build()
                .readerFor(String[].class)
                .with(this.quote < 0 ? schema.withoutQuoteChar() : schema.withQuoteChar((char) this.quote));
    }

    /** @param first whether it is the first of its file, which may begin with a byte order mark */
    String text(byte[] bytes, boolean first) throws BadLineException {
        CharsetDecoder decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate((int) (bytes.length * (double) decoder.maxCharsPerByte()) + 1);
        CoderResult result = decoder.decode(in, out, true);
        if (result.isError()) {
            throw new BadLineException(
                    out.position() + 1,
                    String.format("the byte 0x%02X is not %s", bytes[in.position()], charset.name()),
                    charset.name().equals("UTF-8") ? "perhaps charset: windows-1252" : "correct charset");
        }
        String text = out.flip().toString();
        if (text.indexOf('\0') >= 0) {
            throw new BadLineException(
                    text.indexOf('\0') + 1, "the line has zero bytes", "the logger lost power while it wrote");
        }
        return first && text.startsWith(BOM) ? text.substring(1) : text;
    }

    List<String> cells(String text) throws BadLineException {
        if (text.isEmpty()) {
            return List.of("");
        }
        try (MappingIterator<String[]> rows = reader.readValues(text)) {
            if (!rows.hasNextValue()) {
                return List.of(text);
            }
            return Arrays.asList(rows.nextValue());
        } catch (JacksonException e) {
            JsonLocation at = e.getLocation();
            throw new BadLineException(
                    at == null ? 1 : Math.clamp(at.getColumnNr(), 1, text.length()),
                    "a quote is not closed, or something stands behind the closing one",
                    "a quote inside of a cell is doubled; where quotes are mere characters, write quote: none");
        } catch (IOException e) {
            throw new BadLineException(1, "the line can't be split: " + e.getMessage(), "");
        }
    }

    /** Where a cell begins, from 1, in characters; the end of the line for one that is not there. */
    int columnOf(String text, int cell) {
        int seen = 0;
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            if (seen == cell) {
                return i + 1;
            }
            char c = text.charAt(i);
            quoted ^= c == quote;
            if (c == separator && !quoted) {
                seen++;
            }
        }
        return text.length() + 1;
    }
}
