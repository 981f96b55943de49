@echo off
chcp 65001 >nul
setlocal
set "ICI=%~dp0"
set "LIEU=%LOCALAPPDATA%\Cofiville"
set "MARQUE=%LIEU%\version-@VERSION@.txt"
set "PYTHONUTF8=1"
if not exist "%MARQUE%" call :installer
if not exist "%MARQUE%" (
  pause
  exit /b 1
)
if "%~1"=="" (
  "%LIEU%\venv\Scripts\cofiville.exe" menu
  pause
) else (
  "%LIEU%\venv\Scripts\cofiville.exe" %*
)
exit /b %ERRORLEVEL%

:installer
set "PY=py -3"
%PY% -c "" >nul 2>&1 || set "PY=python"
%PY% -c "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))" >nul 2>&1
if errorlevel 1 (
  echo Cofiville a besoin de Python 3.11 à 3.14, qui n'est pas installé sur ce poste.
  echo Demandez-le à votre service informatique : rien d'autre n'est nécessaire.
  exit /b 1
)
echo Première ouverture : Cofiville s'installe pour vous seul, sans réseau, dans %LIEU%.
if exist "%LIEU%\venv" rmdir /s /q "%LIEU%\venv"
%PY% -m venv "%LIEU%\venv" || exit /b 1
"%LIEU%\venv\Scripts\python.exe" -m pip install --quiet --disable-pip-version-check --no-index --find-links "%ICI%wheels" --require-hashes -r "%ICI%verrou.txt" || exit /b 1
"%LIEU%\venv\Scripts\python.exe" -m pip install --quiet --disable-pip-version-check --no-index --find-links "%ICI%wheels" --no-deps "cofiville==@VERSION@" || exit /b 1
del /q "%LIEU%\version-*.txt" 2>nul
echo @VERSION@> "%MARQUE%"
echo Cofiville @VERSION@ est installé.
exit /b 0
