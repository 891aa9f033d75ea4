export function Hanger() {
  return (
    <svg className="hanger" viewBox="0 0 32 24" aria-hidden="true" focusable="false">
      <path d="M12.5 6.5a3.5 3.5 0 1 1 4.6 3.3c-.7.3-1.1.8-1.1 1.5v1L3.5 19.2c-1.5.9-.9 2.8.8 2.8h23.4c1.7 0 2.3-1.9.8-2.8L16 12.3" />
    </svg>
  );
}
