function decodeUplink(input) {
  return { data: { distance: ] };
}
